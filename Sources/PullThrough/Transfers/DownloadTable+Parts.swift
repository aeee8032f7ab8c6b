import Logging
import OCI
import Store
import Synchronization
import Upstream

/// Transfers of parts, each for the one client that asked: nobody joins them.
extension DownloadTable {
  /// Whether a download of the whole runs that clients of that upstream can join.
  func isRunning(_ digest: Digest, from upstream: UpstreamName) -> Bool {
    running(digest, for: upstream)?.repository.upstream == upstream
  }

  /// Fetches parts of a content for one client.
  /// - Parameters:
  ///   - wanted: what the client asked for.
  ///   - first: which bytes of it are asked for first.
  func followParts(
    of digest: Digest,
    _ wanted: RangeRequest,
    first: Range<Int64>,
    from source: DownloadSource
  ) -> Follower? {
    let download = Download(
      digest,
      expectedBytes: named.size(of: digest, in: source.repository)?.bytes,
      isNamed: named.size(of: digest, in: source.repository) != nil,
      from: source.repository,
      for: .client,
      of: source.client,
      limits: context.limits,
      metrics: context.metrics.upstream(source.repository.upstream),
      whenDeserted: { [weak self] in self?.desertedParts($0) }
    )
    guard let follower = download.follow() else { return nil }
    let ticket = pool.announce(priority: .client, client: source.client)
    table.withLock { $0.insertUnjoinable(RunningDownloads.Entry(download: download, ticket: ticket)) }
    let transfer = PartsTransfer(
      download: download,
      ticket: ticket,
      wanted: wanted,
      first: first,
      upstream: source.upstream,
      pool: pool,
      context: context,
      pace: TransferPace(context.limits)
    )
    start(transfer, source)
    follower.isAlone = true
    return follower
  }

  private func start(_ transfer: PartsTransfer, _ source: DownloadSource) {
    let download = transfer.download
    let task = Task {
      let outcome = await Result { () async throws(PullThroughError) in try await transfer.run() }
      table.withLock { _ = $0.remove(download) }
      switch outcome {
      case .success(let isWhole):
        if isWhole { complete(download.digest, source) }
      case .failure(let error):
        fail(download, error)
      }
      download.attendance.end(outcome.map { _ in () })
    }
    table.withLock { $0.set(task, of: download) }
  }

  /// The client has all that it wanted, or has gone.
  private func desertedParts(_ download: Download) {
    let task = table.withLock { table -> Task<Void, Never>? in
      guard let entry = table.entry(of: download) else { return nil }
      _ = pool.withdraw(entry.ticket)
      return entry.task
    }
    task?.cancel()
  }

  /// Parts that were kept aside are the whole: it is verified, and held from then on.
  private func complete(_ digest: Digest, _ source: DownloadSource) {
    do throws(StoreError) {
      _ = try joinOrStart(Wish(digest: digest, source: source, priority: .warming))
    } catch {
      context.log.debug("parts are not made a whole", metadata: ["digest": "\(digest)", "error": "\(error)"])
    }
  }
}
