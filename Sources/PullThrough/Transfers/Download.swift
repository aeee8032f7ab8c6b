public import NIOCore
public import OCI
import Store
import Synchronization
import Upstream

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
    /// Its number.
    package let waiter: UInt64

    package init(waiter: UInt64) { self.waiter = waiter }
  }

  struct State {
    var machine: StateMachine
    var wakeUps: [StateMachine.Waiter: @Sendable () -> Void] = [:]
    var nextWaiter: StateMachine.Waiter = 0
    var staging: StagingFile?
    /// The whole content, of what arrived in memory.
    var inMemory: ByteBuffer?
    var fetchAhead: (@Sendable (SegmentPlan.Claim) -> Void)?
    var confirmedRepositories: Set<Repository>
    /// Others that clients follow it for, by upstream: who may bring the content as well.
    var otherSources: [UpstreamName: DownloadSource] = [:]
    var isSlow = false
    /// Which of the upstream's endpoints answered last.
    var lastEndpoint: Upstream.Endpoint?
    var passing: RelayBuffer
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
  /// Whether a manifest of that repository, or upstream itself, has said that it includes the content.
  let isNamed: Bool
  /// The repository whose access is used to fetch it.
  public let repository: Repository
  /// The client that it was begun for.
  let client: ClientKey
  /// What that client wants first, if it lies far from the beginning.
  let firstPart: Range<Int64>?
  /// What it was begun for. Others may want it for other reasons since.
  let reason: Priority
  /// Who takes part.
  public let attendance: DownloadAttendance
  /// Ends what its transfer has running.
  let interruption = TransferInterruption()
  let state: Mutex<State>
  /// Called when the last follower has left.
  private let whenDeserted: @Sendable (Download) -> Void

  init(
    _ digest: Digest,
    expectedBytes: Int64? = nil,
    isNamed: Bool = false,
    from repository: Repository,
    for reason: Priority,
    of client: ClientKey = .own,
    firstPart: Range<Int64>? = nil,
    limits: Limits,
    metrics: UpstreamMetrics? = nil,
    whenDeserted: @escaping @Sendable (Download) -> Void = { _ in }
  ) {
    self.digest = digest
    (self.expectedBytes, self.isNamed) = (expectedBytes, isNamed)
    self.repository = repository
    (self.reason, self.client, self.firstPart) = (reason, client, firstPart)
    self.whenDeserted = whenDeserted
    attendance = DownloadAttendance(metrics)
    state = Mutex(
      State(
        machine: StateMachine(
          withheldTailBytes: limits.withheldTailBytes,
          plan: SegmentPlan(
            maxSegments: limits.maxSegmentsPerDownload,
            maxExtras: limits.maxExtraPartsPerDownload,
            aheadDistance: limits.aheadDistanceBytes
          )
        ),
        confirmedRepositories: [],
        passing: RelayBuffer(maxBytes: limits.passingWindowBytes)
      )
    )
  }

  // MARK: For followers

  /// The file that the content arrives in, to be read with offsets, by any number of readers at once; not to be closed.
  /// There as soon as ``Progress/available(upTo:)`` says that something is in it, and for as long as the download is.
  public var descriptor: Int32? { state.withLock { $0.staging?.descriptor } }

  /// See ``Follower/progress(from:wake:)``.
  func progress(
    of follower: RelayBuffer.Follower,
    from offset: Int64,
    part: Range<Int64>? = nil,
    wake: @escaping @Sendable () -> Void
  ) -> Progress {
    var ahead: (() -> Void)?
    let progress: Progress = changePassing { state in
      state.passing.move(follower, to: offset)
      let waiter = state.newWaiter()
      switch state.machine.progress(from: offset, isPart: part != nil, orWake: waiter) {
      case .available(let end): return state.available(from: offset, to: end)
      case .failed(let error): return .failed(error)
      case .wait:
        state.wakeUps[waiter] = wake
        if let fetchAhead = state.fetchAhead, let claim = state.machine.plan.demand(offset, partEnd: part?.upperBound) {
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
  /// - Throws: the transfer's failure; ``PullThroughError/abandoned(_:_:)`` when the task is cancelled, for its client has gone.
  func totalBytes() async throws(PullThroughError) -> Int64 {
    while true {
      let waiter = state.withLock { $0.newWaiter() }
      let known: Result<Int64, PullThroughError>? = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let immediate: Result<Int64, PullThroughError>? = state.withLock { state in
            if Task.isCancelled { return .failure(.abandoned(repository, digest)) }
            if let head = state.machine.head(orWake: waiter) { return head }
            state.wakeUps[waiter] = { continuation.resume(returning: nil) }
            return nil
          }
          if let immediate { continuation.resume(returning: immediate) }
        }
      } onCancel: {
        let wakeUp = state.withLock { state in
          state.machine.forget(waiter)
          return state.wakeUps.removeValue(forKey: waiter)
        }
        wakeUp?()
      }
      if let known { return try known.get() }
    }
  }

  // MARK: For the transfer

  /// The repositories for which upstream itself has shown the content, in this transfer.
  var confirmedRepositories: Set<Repository> { state.withLock { $0.confirmedRepositories } }

  /// Whether upstream has ever answered with the content.
  var hasBegun: Bool { state.withLock { $0.machine.phase != .waiting } }

  /// Whether length and digest have been found to agree.
  var isVerified: Bool {
    state.withLock { state in
      if case .verified = state.machine.phase { true } else { false }
    }
  }

  /// How long upstream says that the content is, in bytes; nil if it has not said.
  package var knownBytes: Int64? { plan { $0.totalBytes } }

  /// Bytes in the staging file so far.
  package var receivedBytes: Int64 { state.withLock { $0.machine.plan.received.total } }

  /// Bytes that have been taken in, written or still on their way to the disk.
  var takenBytes: Int64 { state.withLock { max($0.machine.plan.received.total, $0.machine.plan.acceptedBytes) } }

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
      state.confirmedRepositories.insert(repository)
      return state.machine.receivedHead(totalBytes: totalBytes)
    }
  }

  /// Which of the upstream's endpoints answered last; nil if none has.
  var lastEndpoint: Upstream.Endpoint? { state.withLock { $0.lastEndpoint } }

  func answered(by endpoint: Upstream.Endpoint) { state.withLock { $0.lastEndpoint = endpoint } }

  /// Another repository has been shown to hold the content too.
  func prove(for repository: Repository) {
    state.withLock { _ = $0.confirmedRepositories.insert(repository) }
  }

  /// The last follower has left.
  func deserted() { whenDeserted(self) }

  /// The content will arrive in that file, where part of it may be already.
  func opened(_ staging: StagingFile) {
    wake { state in
      state.staging = staging
      return staging.resumed.ranges.flatMap { state.machine.wrote($0) }
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
      state.confirmedRepositories.insert(repository)
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
