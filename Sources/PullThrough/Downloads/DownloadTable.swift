import Logging
import OCI
import Store
import Synchronization
import Upstream

/// The downloads that run, one for each digest at the most.
final class DownloadTable: Sendable {
  private struct Running {
    var download: Download
    var task: Task<Void, Never>?
  }

  private let running = Mutex<[Digest: Running]>([:])
  private let store: Store
  private let pool: FetchPool
  private let limits: Limits
  private let clock: WallClock
  private let metrics: Metrics
  private let log: Logger

  init(store: Store, limits: Limits, clock: WallClock, metrics: Metrics, log: Logger) {
    self.store = store
    self.limits = limits
    self.clock = clock
    self.metrics = metrics
    self.log = log
    pool = FetchPool(limits: limits)
  }

  /// Transfers that run, and that wait for a place.
  var load: (running: Int, waiting: Int) { pool.load }

  /// The downloads that run or wait for a place.
  var all: [Download] { running.withLock { $0.values.map(\.download) } }

  /// The digest's download, if one runs.
  func running(_ digest: Digest) -> Download? {
    running.withLock { $0[digest]?.download }
  }

  /// Ends in order: what is verified is published, what is still arriving is put aside for the next start.
  func shutdown() async {
    for running in running.withLock({ Array($0.values) }) {
      if !running.download.isVerified { running.task?.cancel() }
      await running.task?.value
    }
  }

  /// Joins the digest's download, or starts it with `repository`'s access.
  /// - Returns: nil when the content has been published in the meantime.
  /// - Throws: the store's failure to say so.
  func joinOrStart(
    _ digest: Digest,
    from repository: Repository,
    with upstream: UpstreamClient,
    priority: Priority
  ) throws(StoreError) -> Download? {
    let (download, isNew) = try running.withLock { running throws(StoreError) -> (Download?, Bool) in
      if let known = running[digest] { return (known.download, false) }
      // A download leaves the table after its row is committed: whoever finds neither may start one.
      if try store.content(digest) != nil { return (nil, false) }
      let download = Download(digest, from: repository, limits: limits, metrics: metrics.upstream(upstream.name))
      running[digest] = Running(download: download)
      return (download, true)
    }
    if isNew, let download { start(download, with: upstream, priority: priority) }
    return download
  }

  private func start(_ download: Download, with upstream: UpstreamClient, priority: Priority) {
    let transfer = Transfer(
      download: download,
      upstream: upstream,
      store: store,
      pool: pool,
      limits: limits,
      clock: clock,
      log: log
    )
    let task = Task {
      let outcome = await Result { () async throws(PullThroughError) in try await transfer.run(priority: priority) }
      // Followers are told of a failure after that, so that whoever asks again gets a new download.
      running.withLock { $0[download.digest] = nil }
      if case .failure(let error) = outcome { fail(download, error) }
      download.attendance.end(outcome)
    }
    running.withLock { $0[download.digest]?.task = task }
  }

  private func fail(_ download: Download, _ error: PullThroughError) {
    log.info(
      "download failed",
      metadata: ["digest": "\(download.digest)", "repository": "\(download.repository)", "error": "\(error)"]
    )
    download.fail(error)
  }
}
