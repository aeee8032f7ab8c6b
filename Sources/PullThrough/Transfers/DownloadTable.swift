import Logging
import OCI
import Store
import Synchronization
import Upstream

/// The downloads that run: one for each digest, and a second one where the clients of another upstream would have to wait
/// for a slow one.
final class DownloadTable: Sendable {
  /// Whose downloads of the same digest will do, instead of one of one's own.
  enum Sharing: Sendable {
    /// Anybody's.
    case everybody
    /// Those from the same upstream.
    case upstream
    /// Those for the same repository, also where the content is held for others: what upstream sends is to show that the
    /// repository includes it.
    case repository
  }

  /// What somebody wants fetched, and from where.
  struct Wish: Sendable {
    var digest: Digest
    var source: DownloadSource
    var priority: Priority
    /// Whose download will do.
    var sharing = Sharing.everybody
    /// What of it is wanted first; nil for the beginning.
    var part: RangeRequest?
  }

  let table = Mutex(RunningDownloads())
  private let absent: Mutex<NegativeAnswers<RepositoryDigest>>
  let context: ServiceContext
  let named: SharedNamedSizes
  let pool: FetchPool
  private let prefetches: Prefetches

  init(_ context: ServiceContext, named: SharedNamedSizes, prefetches: Prefetches) {
    (self.context, self.named, self.prefetches) = (context, named, prefetches)
    let limits = context.limits
    pool = FetchPool(limits: limits)
    absent = Mutex(NegativeAnswers(lifetime: limits.negativeAnswerLifetime, maxCount: limits.maxNegativeAnswers))
  }

  /// Transfers that run, and that wait for a place.
  var load: (running: Int, waiting: Int) { pool.load }

  /// The downloads that run or wait for a place.
  var all: [Download] { table.withLock { $0.all.map(\.download) } }

  /// The digest's download, if one runs: from that upstream, or from another.
  func running(_ digest: Digest, for upstream: UpstreamName) -> Download? {
    table.withLock { table in
      let entries = table.joinable(digest).map(\.download)
      return entries.first { $0.repository.upstream == upstream } ?? entries.first
    }
  }

  /// Whether the digest is fetched through that very repository.
  func isRunning(_ digest: Digest, in repository: Repository) -> Bool {
    table.withLock { $0.joinable(digest).contains { $0.download.repository == repository } }
  }

  /// Whether there will ever be a place for what is fetched ahead from an upstream.
  func mayPrefetch(from upstream: any UpstreamRegistry) -> Bool {
    pool.mayPrefetch(limit: upstream.settings.maxConcurrentTransfers)
  }

  /// See ``PullThrough/clientMayHaveLeft(_:)``.
  func mayHaveLeft(_ client: ClientKey) { pool.mayHaveLeft(client) }

  /// See ``PullThrough/clientHasLeft(_:)``.
  func hasLeft(_ client: ClientKey) { pool.hasLeft(client) }

  /// Whether upstream has said a moment ago that the repository has no such blob, while requests wait for a place: while
  /// there are places, upstream is asked.
  func isKnownAbsent(_ digest: Digest, in repository: Repository) -> Bool {
    guard pool.isShort(of: repository.upstream) else { return false }
    let key = RepositoryDigest(repository: repository, digest: digest)
    return absent.withLock { $0.has(key, at: .now) }
  }

  /// Ends in order: what is verified is published, what is still arriving is put aside for the next start.
  func shutdown() async {
    let running = table.withLock { $0.all }
    for entry in running where !entry.download.isVerified {
      entry.task?.cancel()
      _ = pool.withdraw(entry.ticket)
    }
    for entry in running { await entry.task?.value }
  }

  // MARK: Joining

  /// Follows the digest's download, or starts it.
  /// - Returns: nil when the content has been published in the meantime.
  /// - Throws: the store's failure to say so.
  func follow(_ wish: Wish) throws(StoreError) -> Follower? {
    try join(wish) { $0.follow() }
  }

  /// Joins the digest's download without following it, or starts it. Returns and throws as ``follow(_:)``.
  func joinOrStart(_ wish: Wish) throws(StoreError) -> Download? {
    try join(wish) { $0 }
  }

  /// One that still waits for its place waits with the higher of the priorities, and in the lines of both clients.
  private func join<Place: Sendable>(_ wish: Wish, _ take: (Download) -> Place?) throws(StoreError) -> Place? {
    let (entry, place, isNew) = try table.withLock {
      table throws(StoreError) -> (RunningDownloads.Entry?, Place?, Bool) in
      for entry in candidates(for: wish, &table) {
        // Taken under the lock, so that it is not given up in between.
        if let place = take(entry.download) { return (entry, place, false) }
      }
      // A download leaves the table after its row is committed: whoever finds neither may start one.
      let found = try context.pending.lookUp(wish.digest, grantedTo: wish.source.repository)
      let isShown = wish.sharing != .repository || found.grant != nil
      if found.record != nil, isShown { return (nil, nil, false) }
      let entry = newEntry(wish, grant: found.grant)
      table.insert(entry)
      return (entry, take(entry.download), true)
    }
    guard let entry else { return nil }
    if isNew {
      start(entry.download, entry.ticket, with: wish.source.upstream)
    } else {
      pool.raise(entry.ticket, to: wish.priority, for: wish.source.client)
      if wish.priority == .client { prefetches.joined(wish.digest, from: entry.download.repository.upstream) }
    }
    return place
  }

  /// The downloads that would do, the best first.
  private func candidates(for wish: Wish, _ table: inout RunningDownloads) -> [RunningDownloads.Entry] {
    let (repository, entries) = (wish.source.repository, table.joinable(wish.digest))
    let mine = entries.filter { $0.download.repository == repository }
    let own = mine + entries.filter { $0.download.repository.isNeighbour(of: repository) }
    switch wish.sharing {
    case .repository: return mine
    case .upstream: return own
    case .everybody:
      let others = entries.filter { $0.download.repository.upstream != repository.upstream }
      // Through the own repository there is nothing to be proven.
      let complete = (mine + others).filter { $0.download.isVerified }
      return complete + own + others.filter { !$0.download.isVerified }
    }
  }

  private func newEntry(_ wish: Wish, grant: GrantRecord?) -> RunningDownloads.Entry {
    let repository = wish.source.repository
    // A manifest that an earlier program took may name any length.
    let size = named.size(of: wish.digest, in: repository).map { min($0.bytes, context.limits.maxBlobBytes) }
    let download = Download(
      wish.digest,
      expectedBytes: size,
      isNamed: grant != nil || size != nil,
      from: repository,
      for: wish.priority,
      of: wish.source.client,
      firstPart: wish.part?.firstPart(of: size),
      limits: context.limits,
      metrics: context.metrics.upstream(repository.upstream),
      whenDeserted: { [weak self] in self?.deserted($0) }
    )
    if wish.priority == .prefetch { prefetches.began(wish.digest, from: repository.upstream) }
    let ticket = pool.announce(priority: wish.priority, client: wish.source.client)
    return RunningDownloads.Entry(download: download, ticket: ticket)
  }

  /// The last follower has left. What nobody waits for any more leaves the line, if upstream has not been asked yet.
  private func deserted(_ download: Download) {
    table.withLock { table in
      guard download.reason == .client, !download.hasFollowers, !download.hasBegun,
        let entry = table.entry(of: download), pool.withdraw(entry.ticket)
      else { return }
      table.letNobodyJoin(download)
    }
  }

  // MARK: Running

  private func start(_ download: Download, _ ticket: FetchPool.Ticket, with upstream: any UpstreamRegistry) {
    let transfer = Transfer(
      download: download,
      ticket: ticket,
      upstream: upstream,
      pool: pool,
      context: context,
      pace: TransferPace(context.limits),
      whenSlow: { [weak self] in self?.bringAnother(for: download) }
    )
    let task = Task {
      let outcome = await Result { () async throws(PullThroughError) in try await transfer.run() }
      // Followers are told of a failure after that, so that whoever asks again gets a new download.
      table.withLock { _ = $0.remove(download) }
      noteEnd(of: download, outcome)
      if case .failure(let error) = outcome { fail(download, error) }
      download.attendance.end(outcome)
    }
    table.withLock { $0.set(task, of: download) }
  }

  /// A download is slow, and clients follow it for whom another upstream has the content, too: that is asked as well. The
  /// first that is complete serves the followers of both.
  private func bringAnother(for download: Download) {
    for source in download.otherSources {
      let wish = Wish(digest: download.digest, source: source, priority: .client, sharing: .upstream)
      do throws(StoreError) {
        _ = try joinOrStart(wish)
      } catch {
        context.log.debug("no second source is asked", metadata: ["digest": "\(download.digest)", "error": "\(error)"])
      }
    }
  }

  private func noteEnd(of download: Download, _ outcome: Result<Void, PullThroughError>) {
    if download.reason == .prefetch { notePrefetched(download, outcome) }
    let key = RepositoryDigest(repository: download.repository, digest: download.digest)
    switch outcome {
    case .success:
      absent.withLock { $0.forget(key) }
      // Upstream has shown the content to those that have begun; the others are not proven.
      let slower = table.withLock { $0.joinable(download.digest) }.filter { $0.download.hasBegun }
      for entry in slower { entry.download.interruption.interrupt(.isHeld) }
    case .failure(.blobUnknown): absent.withLock { $0.note(key, at: .now) }
    case .failure: break
    }
  }

  private func notePrefetched(_ download: Download, _ outcome: Result<Void, PullThroughError>) {
    let bytes: Int64? = if case .success = outcome { download.contiguousEnd(from: 0) } else { nil }
    prefetches.ended(download.digest, bytes: bytes, from: download.repository.upstream)
  }

  func fail(_ download: Download, _ error: PullThroughError) {
    // Of what was begun for nobody, whoever asks for it will be told, and the operator then.
    let isOfInterest = if case .abandoned = error { false } else { download.reason == .client }
    context.log.log(
      level: isOfInterest && !error.saysThatThereIsNone ? .info : .debug,
      "download failed",
      metadata: ["digest": "\(download.digest)", "repository": "\(download.repository)", "error": "\(error)"]
    )
    download.fail(error)
  }
}

extension Repository {
  /// Whether both are different ones on the same upstream.
  fileprivate func isNeighbour(of other: Repository) -> Bool { upstream == other.upstream && self != other }
}
