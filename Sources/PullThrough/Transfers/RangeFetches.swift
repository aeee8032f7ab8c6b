import Logging
import Synchronization
import Upstream

/// The requests that run beside a download's main one, for clients that want bytes far ahead of it.
///
/// One that fails is forgotten: what it did not bring is a gap again, which the main request fills in its turn.
final class RangeFetches: Sendable {
  private struct State {
    var running = 0
    var ended = false
    var tasks: [SegmentPlan.Segment: Task<Void, Never>] = [:]
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let fetch: SegmentFetch
  private let assembler: Assembler
  private let state = Mutex(State())

  init(fetch: SegmentFetch, assembler: Assembler) {
    self.fetch = fetch
    self.assembler = assembler
  }

  /// Fetches a claim on a connection of its own.
  /// - Parameter transfer: upstream's answer, if there is one already.
  func start(_ claim: SegmentPlan.Claim, with transfer: BlobTransfer? = nil) {
    let mayRun = state.withLock { state in
      if !state.ended { state.running += 1 }
      return !state.ended
    }
    guard mayRun else { return fetch.download.plan { $0.end(claim.segment) } }
    let task = Task {
      await run(claim, transfer)
      fetch.download.plan { $0.end(claim.segment) }
      ended(claim.segment)
    }
    // One that has ended already is forgotten with the rest.
    state.withLock { if $0.running > 0 { $0.tasks[claim.segment] = task } }
  }

  /// Ends those that run: what they were to bring comes another way.
  func cancel() {
    for task in state.withLock({ Array($0.tasks.values) }) { task.cancel() }
  }

  /// Waits until one of those that run has ended.
  func waitForNext() async {
    await wait { $0.running == 0 }
  }

  /// Starts no more, and waits until none runs.
  func finish() async {
    state.withLock { $0.ended = true }
    while state.withLock({ $0.running }) > 0 { await wait { $0.running == 0 } }
  }

  private func run(_ claim: SegmentPlan.Claim, _ answer: BlobTransfer?) async {
    do throws(SegmentError) {
      let transfer = if let answer { answer } else { try await fetch.request(claim) }
      guard transfer.start == claim.range.lowerBound else {
        // The whole from the beginning is what the main request brings anyway.
        return fetch.download.plan { $0.refusesRanges() }
      }
      try await fetch.copy(transfer, for: claim, to: assembler)
    } catch {
      fetch.log.debug(
        "a request for bytes ahead of their turn failed",
        metadata: ["digest": "\(fetch.download.digest)", "error": "\(error)"]
      )
    }
  }

  private func wait(unless isDone: (borrowing State) -> Bool) async {
    await withCheckedContinuation { continuation in
      let done = state.withLock { state in
        let done = isDone(state)
        if !done { state.waiters.append(continuation) }
        return done
      }
      if done { continuation.resume() }
    }
  }

  private func ended(_ segment: SegmentPlan.Segment) {
    let waiters = state.withLock { state in
      state.running -= 1
      state.tasks[segment] = nil
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
