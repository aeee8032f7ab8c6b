import OCI
import Store
import Synchronization
import Upstream

/// A repository that has been shown to include a content, and whom to ask for it there.
struct DownloadSource: Sendable {
  var repository: Repository
  var upstream: any UpstreamRegistry
  /// For whom.
  var client: ClientKey
}

/// A download that clients of several upstreams follow: see ``DownloadTable``.
extension Download {
  /// Another repository, which has been shown to include the content, has a client that follows.
  func add(_ source: DownloadSource) {
    state.withLock { state in
      state.confirmedRepositories.insert(source.repository)
      if source.repository.upstream != repository.upstream { state.otherSources[source.repository.upstream] = source }
    }
  }

  /// Who else may bring the content.
  var otherSources: [DownloadSource] { state.withLock { Array($0.otherSources.values) } }

  /// Whether it is slower than is worth waiting for, as was last measured.
  var isSlow: Bool { state.withLock { $0.isSlow } }

  func note(isSlow: Bool) { state.withLock { $0.isSlow = isSlow } }

  /// Whether a client of another upstream than its own need not ask that: it is complete, or it comes along.
  func isWorthFollowing(at now: ContinuousClock.Instant, _ leastBytesPerSecond: Int64) -> Bool {
    if isVerified { return true }
    guard hasBegun, !isSlow else { return false }
    return !SpeedWatch.isSlow(receivedBytes, in: now - attendance.since, leastBytesPerSecond)
  }
}
