public import NIOCore
public import OCI
import Store
import Synchronization

/// One transfer of one digest from an upstream, which any number of clients follow.
///
/// What they share is a staging file, the set of byte ranges that have arrived in it, and a state; each reads the file
/// at its own pace, so that a slow or dead client touches nothing but itself. The transfer belongs to nobody: it goes
/// on when every follower has left. See ``Download/StateMachine`` for the phases.
public final class Download: Sendable {
  /// What a follower may send next.
  public enum Progress: Sendable, Equatable {
    /// Bytes below this offset are in the file of ``Download/descriptor``.
    case available(upTo: Int64)
    /// These are the next bytes.
    case bytes(ByteBuffer)
    /// Nothing more yet: the wake-up is called once when there is, from any thread.
    case wait(Waiting)
    /// The rest never comes; the client must be cut short so that it notices.
    case failed(PullThroughError)
  }

  /// A follower's place among those to wake.
  public struct Waiting: Sendable, Equatable {
    fileprivate let waiter: UInt64
  }

  struct State {
    var machine: StateMachine
    var wakeUps: [StateMachine.Waiter: @Sendable () -> Void] = [:]
    var nextWaiter: StateMachine.Waiter = 0
    var staging: StagingFile?
    /// The whole content, of what arrived in memory.
    var inMemory: ByteBuffer?
    var fetchAhead: (@Sendable (SegmentPlan.Claim) -> Void)?
    var provenFor: Set<Repository>
    var passing: PassingWindow
    var passer: CheckedContinuation<Void, Never>?

    mutating func newWaiter() -> StateMachine.Waiter {
      nextWaiter &+= 1
      return nextWaiter
    }

    /// Whether what is not kept can be given to anybody: nobody gets anything while its length is unknown.
    var canPass: Bool { passing.hasFollowers && !(passing.isFull && machine.totalBytes == nil) }

    mutating func takePasser() -> CheckedContinuation<Void, Never>? {
      defer { passer = nil }
      return passer
    }

    mutating func take(_ waiters: [StateMachine.Waiter]) -> [@Sendable () -> Void] {
      waiters.compactMap { wakeUps.removeValue(forKey: $0) }
    }
  }

  /// What is fetched.
  public let digest: Digest
  /// How long it is, in bytes, as a manifest of that repository says; nil if none did.
  let expectedBytes: Int64?
  /// The repository whose access is used to fetch it.
  public let repository: Repository
  /// What it was begun for. Others may want it for other reasons since.
  let reason: Priority
  /// Who takes part.
  public let attendance: DownloadAttendance
  let state: Mutex<State>

  init(
    _ digest: Digest,
    expectedBytes: Int64? = nil,
    from repository: Repository,
    for reason: Priority,
    limits: Limits,
    metrics: UpstreamMetrics? = nil
  ) {
    self.digest = digest
    self.expectedBytes = expectedBytes
    self.repository = repository
    self.reason = reason
    attendance = DownloadAttendance(metrics)
    state = Mutex(
      State(
        machine: StateMachine(
          withheldTailBytes: limits.withheldTailBytes,
          plan: SegmentPlan(maxSegments: limits.maxSegmentsPerDownload, aheadDistance: limits.aheadDistanceBytes)
        ),
        provenFor: [],
        passing: PassingWindow(maxBytes: limits.passingWindowBytes)
      )
    )
  }

  // MARK: For followers

  /// The file that the content arrives in, to be read with offsets, by any number of readers at once; not to be closed.
  /// There as soon as ``Progress/available(upTo:)`` says that something is in it, and for as long as the download is.
  public var descriptor: Int32? { state.withLock { $0.staging?.descriptor } }

  /// See ``Follower/progress(from:wake:)``.
  func progress(
    of follower: PassingWindow.Follower,
    from offset: Int64,
    wake: @escaping @Sendable () -> Void
  ) -> Progress {
    var ahead: (() -> Void)?
    let progress: Progress = changePassing { state in
      state.passing.move(follower, to: offset)
      let waiter = state.newWaiter()
      switch state.machine.progress(from: offset, orWake: waiter) {
      case .available(let end): return state.available(from: offset, to: end)
      case .failed(let error): return .failed(error)
      case .wait:
        state.wakeUps[waiter] = wake
        if let fetchAhead = state.fetchAhead, let claim = state.machine.plan.demand(offset) {
          ahead = { fetchAhead(claim) }
        }
        return .wait(Waiting(waiter: waiter))
      }
    }
    ahead?()
    return progress
  }

  /// A follower leaves: its wake-up is dropped.
  public func leave(_ waiting: Waiting) {
    state.withLock { state in
      state.machine.forget(waiting.waiter)
      state.wakeUps[waiting.waiter] = nil
    }
  }

  /// The content's length in bytes, as soon as it is known for certain enough to promise it to a client.
  /// - Throws: the transfer's failure.
  func totalBytes() async throws(PullThroughError) -> Int64 {
    while true {
      let known: Result<Int64, PullThroughError>? = await withCheckedContinuation { continuation in
        let immediate: Result<Int64, PullThroughError>? = state.withLock { state in
          let waiter = state.newWaiter()
          if let head = state.machine.head(orWake: waiter) { return head }
          state.wakeUps[waiter] = { continuation.resume(returning: nil) }
          return nil
        }
        if let immediate { continuation.resume(returning: immediate) }
      }
      if let known { return try known.get() }
    }
  }

  // MARK: For the transfer

  /// The repositories for which upstream itself has shown the content, in this transfer.
  var provenFor: Set<Repository> { state.withLock { $0.provenFor } }

  /// Whether upstream has ever answered with the content.
  var hasBegun: Bool { state.withLock { $0.machine.phase != .waiting } }

  /// Whether length and digest have been found to agree.
  var isVerified: Bool {
    state.withLock { state in
      if case .verified = state.machine.phase { true } else { false }
    }
  }

  /// Bytes in the staging file so far.
  var receivedBytes: Int64 { state.withLock { $0.machine.plan.received.total } }

  /// The end of what has arrived without a gap from an offset on.
  func contiguousEnd(from offset: Int64) -> Int64 {
    state.withLock { $0.machine.plan.received.contiguousEnd(from: offset) }
  }

  /// Reads or changes who fetches what.
  func plan<Value>(_ body: (inout SegmentPlan) -> Value) -> Value where Value: Sendable {
    state.withLock { body(&$0.machine.plan) }
  }

  /// Upstream has begun to answer for ``repository``.
  /// - Parameter fetchAhead: called, on any thread, when a client wants bytes that are far from arriving.
  func begin(totalBytes: Int64?, fetchAhead: @escaping @Sendable (SegmentPlan.Claim) -> Void) {
    wake { state in
      state.fetchAhead = fetchAhead
      state.provenFor.insert(repository)
      return state.machine.receivedHead(totalBytes: totalBytes)
    }
  }

  /// Another repository has been shown to hold the content too.
  func prove(for repository: Repository) {
    state.withLock { _ = $0.provenFor.insert(repository) }
  }

  /// The content will arrive in that file, where part of it may be already.
  func opened(_ staging: StagingFile) {
    wake { state in
      state.staging = staging
      return staging.resumedLength > 0 ? state.machine.wrote(0..<staging.resumedLength) : []
    }
  }

  /// Bytes have been written to the staging file.
  func wrote(_ range: Range<Int64>) { wake { $0.machine.wrote(range) } }

  /// Length and digest agree.
  func verified(totalBytes: Int64) {
    wake { state in
      state.fetchAhead = nil
      return state.machine.verified(totalBytes: totalBytes)
    }
  }

  /// Upstream has answered for ``repository`` with all of the content, and length and digest agree.
  func verified(_ bytes: ByteBuffer) {
    let size = Int64(bytes.readableBytes)
    wake { state in
      state.inMemory = bytes
      state.provenFor.insert(repository)
      return state.machine.receivedHead(totalBytes: size) + state.machine.verified(totalBytes: size)
    }
  }

  /// The transfer has ended without the content.
  func fail(_ error: PullThroughError) {
    wake { state in
      state.fetchAhead = nil
      return state.machine.failed(error)
    }
  }

  func wake(_ change: (inout sending State) -> [StateMachine.Waiter]) {
    let wakeUps = state.withLock { state in
      let waiters = change(&state)
      return state.take(waiters)
    }
    for wakeUp in wakeUps { wakeUp() }
  }
}
