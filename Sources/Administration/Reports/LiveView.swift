public import OCI
import PullThrough

/// What goes on at this instant, for `berth top`.
public struct LiveView: Sendable {
  /// One transfer from an upstream.
  public struct Transfer: Sendable {
    /// What is fetched.
    public var digest: Digest
    /// Whose access is used.
    public var repository: Repository
    /// Bytes that have arrived.
    public var receivedBytes: Int64
    /// Its length in bytes; nil until the upstream has answered.
    public var totalBytes: Int64?
    /// Clients that are being sent it.
    public var followerCount: Int
    /// How long ago it was asked for.
    public var age: Duration
  }

  /// Transfers that run or wait, the oldest first.
  public var transfers: [Transfer]
  /// How many of them run.
  public var runningCount: Int
  /// How many of them wait for a place.
  public var waitingCount: Int
  /// Orders to fetch ahead that have not ended.
  public var warming: [WarmProgress]
}

extension Reports {
  /// What goes on now. Memory only.
  public var live: LiveView {
    let now = ContinuousClock.now
    let transfers = pullThrough.runningDownloads.map { download in
      LiveView.Transfer(
        digest: download.digest,
        repository: download.repository,
        receivedBytes: download.receivedBytes,
        totalBytes: download.knownBytes,
        followerCount: download.attendance.followerCount,
        age: now - download.attendance.since
      )
    }
    let load = pullThrough.downloadLoad
    return LiveView(
      transfers: transfers.sorted { $0.age > $1.age },
      runningCount: load.running,
      waitingCount: load.waiting,
      warming: warming.open
    )
  }
}
