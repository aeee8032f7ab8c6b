import Synchronization
import Upstream

/// Who takes part in a download, and what is counted of it.
public final class DownloadAttendance: Sendable {
  private struct End {
    var result: Result<Void, PullThroughError>?
    var waiters: [CheckedContinuation<Result<Void, PullThroughError>, Never>] = []
  }

  /// When the download was asked for.
  public let since = ContinuousClock.now
  private let hasFirst = Atomic<Bool>(false)
  private let followers = Atomic<Int>(0)
  private let end = Mutex(End())
  private let metrics: UpstreamMetrics?
  private let lastAsked = Mutex<ContinuousClock.Instant?>(nil)
  private let impatience = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  init(_ metrics: UpstreamMetrics?) { self.metrics = metrics }

  /// Whether the caller is the one for whom the download is made: true once.
  public func isFirst() -> Bool { !hasFirst.exchange(true, ordering: .relaxed) }

  /// Clients that are being sent the content now.
  public var followerCount: Int { followers.load(ordering: .relaxed) }

  /// A client begins to be sent the content.
  public func joined() { followers.wrappingAdd(1, ordering: .relaxed) }

  /// A client has got it all, or has gone.
  public func left() { followers.wrappingSubtract(1, ordering: .relaxed) }

  // MARK: For the transfer

  /// The upstream is asked for a part of the content.
  func asking() { lastAsked.withLock { $0 = .now } }

  /// Upstream's limit is waited out, or is over and upstream is asked again: while it lasts, no answer is late.
  func paused(_ isPaused: Bool) { lastAsked.withLock { $0 = isPaused ? nil : .now } }

  /// A client has come that was told to ask again, and the upstream has not answered yet.
  func askAgain() { impatience.continuation.yield() }

  /// Waits until that happens, once.
  /// - Returns: false if the task has been cancelled before.
  func isToBeAskedAgain() async -> Bool {
    for await _ in impatience.stream { return true }
    return false
  }

  /// When the upstream was asked last; nil while the download waits for a place, or for the end of a limit.
  var askedAt: ContinuousClock.Instant? { lastAsked.withLock { $0 } }

  /// The upstream has answered a request for a part of the content.
  func asked() { metrics?.asked(.blobGet) }

  /// A request for a part of the content came to nothing.
  func notAnswered(_ failure: UpstreamFailure) {
    // What Berth itself ends is nobody's failure.
    if case .cancelled = failure { return }
    metrics?.failed(.blobGet, because: failure)
  }

  /// A body broke off.
  func upstreamFailed(_ failure: UpstreamFailure) {
    if case .cancelled = failure { return }
    metrics?.errors[UpstreamErrorKind(failure)].increment()
  }

  /// Bytes came from the upstream.
  func arrived(_ count: Int) { metrics?.fetchedBytes.add(count) }

  /// The download is over: the content is held, or could not be had.
  func end(_ result: Result<Void, PullThroughError>) {
    let isSuccess = if case .success = result { true } else { false }
    metrics?.downloads[isSuccess ? .completed : .failed].increment()
    let waiters = end.withLock { end in
      end.result = result
      defer { end.waiters = [] }
      return end.waiters
    }
    for waiter in waiters { waiter.resume(returning: result) }
  }

  /// Waits until the download is over and what it brought has been kept.
  /// - Throws: its failure.
  func whenEnded() async throws(PullThroughError) {
    let result = await withCheckedContinuation { continuation in
      let known = end.withLock { end in
        if end.result == nil { end.waiters.append(continuation) }
        return end.result
      }
      if let known { continuation.resume(returning: known) }
    }
    try result.get()
  }
}
