package import OCI
package import Store
import Synchronization

/// What tags stand for: believed while fresh, confirmed once for all who ask, served as last seen while upstream is in
/// trouble.
package final class TagService: Sendable {
  private let context: ServiceContext
  private let rows: TagRows
  private let manifests: ManifestService
  private let confirmation: TagConfirmation
  private let refreshes = TagRefreshes()

  init(_ confirmation: TagConfirmation) {
    self.confirmation = confirmation
    (context, rows, manifests) = (confirmation.context, confirmation.rows, confirmation.manifests)
  }

  // MARK: Looking up

  /// What is known without asking. Memory reads: may run on an event loop. A tag's row is read once.
  func lookUp(_ reference: Reference, in repository: Repository) -> ManifestLookup {
    let digest: Digest?
    var seen: SeenTag?
    switch reference {
    case .digest(let asked):
      if let manifest = manifests.immediate(asked, in: repository) { return .found(manifest) }
      digest = asked
    case .tag(let tag):
      seen = try? see(tag, in: repository)
      if case .serve(let fresh) = freshness(of: repository).step(for: seen?.record, now: context.clock.now()),
        let manifest = manifests.immediate(fresh, in: repository)
      {
        return .found(manifest)
      }
      digest = seen?.record?.digest
    }
    let held = digest.flatMap { manifests.isHeld($0, in: repository) ? $0 : nil }
    return .open(OpenManifest(reference: reference, repository: repository, heldDigest: held, seen: seen))
  }

  /// The manifest that a tag or digest stands for now, as far as can be known.
  func manifest(_ open: OpenManifest) async throws(PullThroughError) -> ResolvedManifest {
    switch open.reference {
    case .digest(let digest):
      return ResolvedManifest(manifest: try await manifests.manifest(digest, in: open.repository), warning: nil)
    case .tag(let tag): return try await resolve(tag, open.seen, in: open.repository)
    }
  }

  /// Asks upstream what a tag stands for, however fresh the last answer is.
  package func confirmNow(_ tag: Tag, in repository: Repository) async throws(PullThroughError) -> CachedContent {
    try await confirmation.confirmNow(tag, in: repository)
  }

  /// Whether a manifest would have to be pulled: whether it is neither held for the repository nor about to be.
  package func mustBePulled(_ digest: Digest, in repository: Repository) -> Bool {
    !manifests.isHeld(digest, in: repository)
  }

  /// The manifest of that digest: from memory, from the store, or from upstream.
  package func manifest(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> CachedContent {
    try await manifests.manifest(digest, in: repository)
  }

  /// What a tag was last seen to stand for; nil if nothing is known of it. A memory read.
  package func row(of tag: Tag, in repository: Repository) throws(PullThroughError) -> TagRecord? {
    try rows.find(tag, in: repository)
  }

  /// Whether a tag was confirmed recently enough to be believed.
  package func isFresh(_ record: TagRecord, in repository: Repository) -> Bool {
    freshness(of: repository).step(for: record, now: context.clock.now()) == .serve(record.digest)
  }

  private func freshness(of repository: Repository) -> TagFreshness { context.upstreams.freshness(of: repository) }

  private func see(_ tag: Tag, in repository: Repository) throws(PullThroughError) -> SeenTag {
    // In this order: a refresh that ends in between makes the row be read again.
    let ended = refreshes.ended
    return SeenTag(record: try rows.find(tag, in: repository), refreshes: ended)
  }

  /// The row as it is now: as it was read, unless a refresh has ended since.
  private func current(_ seen: SeenTag, of tag: Tag, in repository: Repository) throws(PullThroughError) -> TagRecord? {
    if seen.refreshes == refreshes.ended { return seen.record }
    return try rows.find(tag, in: repository)
  }

  // MARK: Resolving

  /// The manifest that a tag stands for: from the index while that is fresh, else as upstream says, in one request that
  /// all who ask share.
  /// - Parameter seen: its row, if it was read already.
  func resolve(
    _ tag: Tag,
    _ seen: SeenTag? = nil,
    in repository: Repository
  ) async throws(PullThroughError) -> ResolvedManifest {
    let known: SeenTag = if let seen { seen } else { try see(tag, in: repository) }
    if case .serve(let digest) = freshness(of: repository).step(for: known.record, now: context.clock.now()) {
      return ResolvedManifest(manifest: try await manifests.manifest(digest, in: repository))
    }
    guard isAnswerable(known.record, in: repository) else { return try await refreshed(tag, known, in: repository) }
    let answer = await context.upstreams.revalidate(repository) { [self] () async throws(PullThroughError) in
      try await refreshed(tag, known, in: repository)
    }
    if let answer { return try answer.get() }
    let slow = PullThroughError.upstreamTimedOut(repository.upstream, reason: "slow to confirm a tag")
    return try await staleAnswer(instead: slow, for: tag, known, in: repository)
  }

  /// Whether a tag that is past its freshness could be answered from the store, should upstream be slow.
  private func isAnswerable(_ record: TagRecord?, in repository: Repository) -> Bool {
    guard let digest = freshness(of: repository).staleAnswer(for: record, now: context.clock.now()) else {
      return false
    }
    return manifests.isHeld(digest, in: repository)
  }

  private func refreshed(
    _ tag: Tag,
    _ seen: SeenTag,
    in repository: Repository
  ) async throws(PullThroughError) -> ResolvedManifest {
    try await refreshes.run(RepositoryTag(repository: repository, tag: tag)) { () async throws(PullThroughError) in
      do throws(PullThroughError) {
        let record = try self.current(seen, of: tag, in: repository)
        let freshness = self.freshness(of: repository)
        return ResolvedManifest(manifest: try await self.confirmation.refresh(tag, record, in: repository, freshness))
      } catch {
        await self.rows.record(error, about: tag, in: repository)
        return try await self.staleAnswer(instead: error, for: tag, seen, in: repository)
      }
    }
  }

  /// The last good answer, if upstream is merely in trouble; else the error.
  private func staleAnswer(
    instead error: PullThroughError,
    for tag: Tag,
    _ seen: SeenTag,
    in repository: Repository
  ) async throws(PullThroughError) -> ResolvedManifest {
    guard error.isUpstreamTrouble,
      let digest = freshness(of: repository).staleAnswer(
        for: try current(seen, of: tag, in: repository),
        now: context.clock.now()
      ),
      let manifest = try? await manifests.manifest(digest, in: repository)
    else { throw error }
    let warning = WarningHeader("Berth serves \(repository):\(tag) as last seen; upstream: \(error.summary)")
    return ResolvedManifest(manifest: manifest, warning: warning)
  }
}

/// The refreshes of tags that run, and how many have ended.
private final class TagRefreshes: Sendable {
  private let running = SingleFlight<RepositoryTag, ResolvedManifest>()
  private let count = Atomic<UInt64>(0)

  /// How many have ended. Whoever reads it before a row knows, as long as it stays the same, that no refresh has changed it.
  var ended: UInt64 { count.load(ordering: .acquiring) }

  func run(
    _ tag: RepositoryTag,
    _ work: @escaping @Sendable () async throws(PullThroughError) -> ResolvedManifest
  ) async throws(PullThroughError) -> ResolvedManifest {
    try await running.run(tag) { () async throws(PullThroughError) in
      defer { self.count.wrappingAdd(1, ordering: .releasing) }
      return try await work()
    }
  }
}
