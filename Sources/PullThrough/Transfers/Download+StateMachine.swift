import Store

extension Download {
  /// What is known of one transfer, and what each of its followers may be given. Pure: no I/O, no locks.
  ///
  /// | phase | followers may have | ends with |
  /// |---|---|---|
  /// | waiting | nothing yet, not even a length | upstream's response head |
  /// | receiving | what has arrived; less the withheld tail, but for parts | length and digest agree, or do not |
  /// | verified | everything | – |
  /// | failed | nothing more: they are cut short | – |
  struct StateMachine {
    typealias Waiter = UInt64

    enum Phase: Equatable {
      case waiting
      case receiving(totalBytes: Int64?)
      case verified(totalBytes: Int64)
      case failed(PullThroughError)
    }

    /// What one follower may do next.
    enum Progress: Equatable {
      /// Bytes up to this offset may be sent.
      case available(upTo: Int64)
      /// Nothing yet; the waiter is woken when there is.
      case wait
      /// The rest will never come.
      case failed(PullThroughError)
    }

    /// What a follower waits for.
    private struct Wait {
      var offset: Int64
      var isPart: Bool
    }

    private(set) var phase = Phase.waiting
    /// What has arrived, and who fetches the rest.
    var plan: SegmentPlan
    private var waiters: [Waiter: Wait] = [:]
    private var headWaiters: Set<Waiter> = []
    private let withheldTailBytes: Int64

    init(withheldTailBytes: Int64, plan: SegmentPlan) {
      self.plan = plan
      self.withheldTailBytes = max(1, withheldTailBytes)
    }

    /// The content's length, once it is certain enough to promise it to a client.
    ///
    /// An announced length of zero is not: there would be nothing to withhold from a client until it is verified.
    var totalBytes: Int64? {
      switch phase {
      case .receiving(let total): total == 0 ? nil : total
      case .verified(let total): total
      case .waiting, .failed: nil
      }
    }

    /// What a client can be told before the body: the length, a failure, or nothing yet.
    mutating func head(orWake waiter: Waiter) -> Result<Int64, PullThroughError>? {
      if case .failed(let error) = phase { return .failure(error) }
      if let totalBytes { return .success(totalBytes) }
      headWaiters.insert(waiter)
      return nil
    }

    /// What a follower that has sent everything below `offset` may send next.
    /// - Parameter isPart: it sends a part that makes nothing whole, so that nothing of it is withheld.
    mutating func progress(from offset: Int64, isPart: Bool = false, orWake waiter: Waiter) -> Progress {
      if case .failed(let error) = phase { return .failed(error) }
      let wait = Wait(offset: offset, isPart: isPart)
      let end = releasedEnd(for: wait)
      if end > offset { return .available(upTo: end) }
      waiters[waiter] = wait
      return .wait
    }

    /// A follower has left.
    mutating func forget(_ waiter: Waiter) {
      waiters[waiter] = nil
      headWaiters.remove(waiter)
    }

    /// Upstream has answered. A length once known stays.
    mutating func receivedHead(totalBytes: Int64?) -> [Waiter] {
      if let totalBytes, plan.totalBytes == nil { plan.tell(totalBytes: totalBytes) }
      switch phase {
      case .waiting:
        phase = .receiving(totalBytes: totalBytes)
      case .receiving(nil):
        phase = .receiving(totalBytes: totalBytes)
      case .receiving, .verified, .failed:
        return []
      }
      return self.totalBytes == nil ? [] : takeHeadWaiters()
    }

    /// Bytes have been written to the staging file.
    mutating func wrote(_ range: Range<Int64>) -> [Waiter] {
      plan.wrote(range)
      return wakeable()
    }

    /// Length and digest agree: the tail is released.
    mutating func verified(totalBytes: Int64) -> [Waiter] {
      if case .failed = phase { return [] }
      phase = .verified(totalBytes: totalBytes)
      plan.wrote(0..<totalBytes)
      return takeHeadWaiters() + takeAllWaiters()
    }

    /// The transfer has ended without the content. What was verified stays so.
    mutating func failed(_ error: PullThroughError) -> [Waiter] {
      if case .verified = phase { return [] }
      phase = .failed(error)
      return takeHeadWaiters() + takeAllWaiters()
    }

    private func releasedEnd(for wait: Wait) -> Int64 {
      let arrived = plan.received.contiguousEnd(from: wait.offset)
      switch phase {
      case .verified(let total): return min(arrived, total)
      case .receiving(.some(let total)): return min(arrived, wait.isPart ? total : total - withheldTailBytes)
      case .receiving(nil), .waiting, .failed: return wait.offset
      }
    }

    private mutating func wakeable() -> [Waiter] {
      let woken = waiters.filter { releasedEnd(for: $0.value) > $0.value.offset }.map(\.key)
      for waiter in woken { waiters[waiter] = nil }
      return woken
    }

    private mutating func takeHeadWaiters() -> [Waiter] {
      defer { headWaiters = [] }
      return Array(headWaiters)
    }

    private mutating func takeAllWaiters() -> [Waiter] {
      defer { waiters = [:] }
      return Array(waiters.keys)
    }
  }
}
