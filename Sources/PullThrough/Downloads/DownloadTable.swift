import Logging
import OCI
import Store
import Synchronization
import Upstream

/// The downloads that run, one for each digest at the most; and those that nobody can join any more, for what they
/// have brought is neither kept nor there any more.
final class DownloadTable: Sendable {
  private struct Running {
    var download: Download
    var ticket: FetchPool.Ticket
    var task: Task<Void, Never>?
  }

  private struct Table {
    var joinable: [Digest: Running] = [:]
    var others: [Running] = []

    /// Changes the entry of a download, wherever it is.
    mutating func update(_ download: Download, _ change: (inout Running?) -> Void) {
      if joinable[download.digest]?.download === download {
        change(&joinable[download.digest])
      } else if let index = others.firstIndex(where: { $0.download === download }) {
        var entry: Running? = others.remove(at: index)
        change(&entry)
        if let entry { others.append(entry) }
      }
    }
  }

  private let table = Mutex(Table())
  private let store: Store
  private let pending: PendingWrites
  private let named: SharedNamedSizes
  private let health: KeepingHealth
  private let pool: FetchPool
  private let limits: Limits
  private let clock: WallClock
  private let metrics: Metrics
  private let prefetches: Prefetches
  private let log: Logger

  init(
    store: Store,
    pending: PendingWrites,
    named: SharedNamedSizes,
    health: KeepingHealth,
    limits: Limits,
    clock: WallClock,
    metrics: Metrics,
    prefetches: Prefetches,
    log: Logger
  ) {
    self.store = store
    self.pending = pending
    self.named = named
    self.health = health
    self.limits = limits
    self.clock = clock
    self.metrics = metrics
    self.prefetches = prefetches
    self.log = log
    pool = FetchPool(limits: limits)
  }

  /// Transfers that run, and that wait for a place.
  var load: (running: Int, waiting: Int) { pool.load }

  /// The downloads that run or wait for a place.
  var all: [Download] { everything.map(\.download) }

  private var everything: [Running] { table.withLock { $0.joinable.values + $0.others } }

  /// The digest's download, if one runs.
  func running(_ digest: Digest) -> Download? {
    table.withLock { $0.joinable[digest]?.download }
  }

  /// Whether there will ever be a place for what is fetched ahead from an upstream.
  func mayPrefetch(from upstream: UpstreamClient) -> Bool {
    pool.mayPrefetch(limit: upstream.settings.maxConcurrentTransfers)
  }

  /// Ends in order: what is verified is published, what is still arriving is put aside for the next start.
  func shutdown() async {
    for running in everything {
      if !running.download.isVerified { running.task?.cancel() }
      await running.task?.value
    }
  }

  /// Joins the digest's download, or starts it with `repository`'s access. One that still waits for its place waits with
  /// the higher of the priorities; one that cannot be followed from the beginning any more is left to those that follow
  /// it.
  /// - Returns: nil when the content has been published in the meantime.
  /// - Throws: the store's failure to say so.
  func joinOrStart(
    _ digest: Digest,
    from repository: Repository,
    with upstream: UpstreamClient,
    priority: Priority
  ) throws(StoreError) -> Download? {
    let (running, isNew) = try table.withLock { table throws(StoreError) -> (Running?, Bool) in
      if let known = table.joinable[digest] {
        if known.download.canBeJoined { return (known, false) }
        table.others.append(known)
        table.joinable[digest] = nil
      }
      // A download leaves the table after its row is committed: whoever finds neither may start one.
      if try store.content(digest) != nil { return (nil, false) }
      let download = Download(
        digest,
        expectedBytes: named.size(of: digest, in: repository)?.bytes,
        from: repository,
        for: priority,
        limits: limits,
        metrics: metrics.upstream(upstream.name)
      )
      if priority == .prefetch { prefetches.began(digest, from: upstream.name) }
      let running = Running(download: download, ticket: pool.announce(priority: priority))
      table.joinable[digest] = running
      return (running, true)
    }
    guard let running else { return nil }
    if isNew {
      start(running.download, running.ticket, with: upstream)
    } else {
      pool.raise(running.ticket, to: priority)
      if priority == .client { prefetches.joined(digest, from: running.download.repository.upstream) }
    }
    return running.download
  }

  private func start(_ download: Download, _ ticket: FetchPool.Ticket, with upstream: UpstreamClient) {
    let transfer = Transfer(
      download: download,
      upstream: upstream,
      store: store,
      pending: pending,
      health: health,
      pool: pool,
      limits: limits,
      clock: clock,
      log: log
    )
    let task = Task {
      let outcome = await Result { () async throws(PullThroughError) in try await transfer.run(ticket) }
      // Followers are told of a failure after that, so that whoever asks again gets a new download.
      table.withLock { $0.update(download) { $0 = nil } }
      if download.reason == .prefetch { notePrefetched(download, outcome) }
      if case .failure(let error) = outcome { fail(download, error) }
      download.attendance.end(outcome)
    }
    table.withLock { $0.update(download) { $0?.task = task } }
  }

  private func notePrefetched(_ download: Download, _ outcome: Result<Void, PullThroughError>) {
    let bytes: Int64? = if case .success = outcome { download.contiguousEnd(from: 0) } else { nil }
    prefetches.ended(download.digest, bytes: bytes, from: download.repository.upstream)
  }

  private func fail(_ download: Download, _ error: PullThroughError) {
    // Of what was begun for nobody, whoever asks for it will be told, and the operator then.
    log.log(
      level: download.reason == .client ? .info : .debug,
      "download failed",
      metadata: ["digest": "\(download.digest)", "repository": "\(download.repository)", "error": "\(error)"]
    )
    download.fail(error)
  }
}
