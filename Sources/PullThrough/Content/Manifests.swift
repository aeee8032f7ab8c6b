import Logging
import Memory
import NIOCore
import OCI
import Store
import Upstream

/// Manifests by their digests: from memory, from the disk, or from upstream.
final class ManifestService: Sendable {
  private let context: ServiceContext
  private let cache: ContentCache
  private let documents: HeldDocuments
  private let grants: GrantService
  private let confirmation: GrantConfirmation
  private let writer: ContentWriter
  private let room: MemoryRoom
  private let fetches = SingleFlight<RepositoryDigest, CachedContent>()

  init(
    cache: ContentCache,
    documents: HeldDocuments,
    grants: GrantService,
    writer: ContentWriter,
    room: MemoryRoom
  ) {
    context = grants.context
    (self.cache, self.documents, self.grants) = (cache, documents, grants)
    (self.writer, self.room) = (writer, room)
    confirmation = GrantConfirmation(grants, documents)
  }

  /// The manifest, if it is in memory and known to belong to the repository. May run on an event loop.
  func immediate(_ digest: Digest, in repository: Repository) -> CachedContent? {
    guard let manifest = cache.find(digest, in: repository) else { return nil }
    context.store.recordAccess(digest)
    if manifest.isUnwritten { writer.rewrite(manifest, as: manifest.mediaType, for: repository) }
    return manifest
  }

  /// Whether the manifest is held for the repository, or about to be. Memory reads: may run on an event loop.
  func isHeld(_ digest: Digest, in repository: Repository) -> Bool {
    if cache.find(digest, in: repository) != nil { return true }
    guard let found = try? context.pending.lookUp(digest, grantedTo: repository) else { return false }
    return found.record != nil && found.grant != nil
  }

  /// The manifest of that digest: from memory, from the store, or from upstream.
  func manifest(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> CachedContent {
    if let manifest = try await held(digest, in: repository) { return manifest }
    let key = RepositoryDigest(repository: repository, digest: digest)
    return try await fetches.run(key) { () async throws(PullThroughError) in
      // Another fetch may have ended between the look above and this one: a second one would be counted.
      if let manifest = self.immediate(digest, in: repository) { return manifest }
      let document = AbsentDocuments.Document.manifest(repository, .digest(digest))
      return try await self.context.unlessAbsent(document) { () async throws(PullThroughError) in
        try await self.fetch(.digest(digest), in: repository)
      }
    }
  }

  /// Fetches a manifest from upstream and verifies it. Behind the answer it is kept, with the tag it was asked for by, and
  /// upstream is asked about what it names that is held for others.
  func fetch(_ reference: Reference, in repository: Repository) async throws(PullThroughError) -> CachedContent {
    let upstream = try context.upstreams.upstream(of: repository, for: .manifest(reference))
    let fetched: FetchedManifest
    do throws(UpstreamError) {
      fetched = try await context.metrics.counting(.manifestGet, of: upstream.name) { () async throws(UpstreamError) in
        try await upstream.getManifest(repository.name, reference)
      }
    } catch {
      throw PullThroughError(error, manifest: reference, in: repository)
    }
    context.metrics.upstream(upstream.name).fetchedBytes.add(fetched.bytes.readableBytes)
    let verified = try VerifiedManifest(fetched, for: reference, in: repository, limits: context.limits)
    // What it said has been read: from now on its bytes alone take memory.
    fetched.reservation.shrink(to: fetched.bytes.readableBytes)
    let manifest = CachedContent(
      digest: verified.digest,
      mediaType: verified.manifest.mediaType,
      bytes: fetched.bytes,
      visibleIn: repository,
      reservation: fetched.reservation,
      arrival: verified.manifest.kind == .image ? PrefetchPlan(for: verified.manifest, limits: context.limits) : nil
    )
    // In memory before it is on disk: whoever asks for it meanwhile is answered from there.
    let hot = cache.insert(manifest, visibleIn: repository)
    grants.named.note(verified.manifest, in: repository)
    await writer.enqueue(hot, as: reference, for: repository)
    confirmation.begin(verified.manifest, in: repository)
    return hot
  }

  /// A manifest that is held, once it is sure that the repository includes it.
  private func held(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> CachedContent? {
    if let manifest = immediate(digest, in: repository) { return manifest }
    let found: ContentLookup
    do throws(StoreError) {
      found = try context.pending.lookUp(digest, grantedTo: repository)
    } catch {
      await context.pending.waitForIndex()
      return nil
    }
    guard let record = found.record, let mediaType = record.mediaType else { return nil }
    // Without a grant upstream is asked; if its answer to HEAD shows nothing, a fetch must decide.
    if found.grant == nil, (try? await grants.proveManifest(digest, in: repository)) != true { return nil }
    let reservation = try room.reserve(Int(clamping: record.size))
    do throws(StoreError) {
      let bytes = try await documents.read(digest, record)
      if let parsed = try? documents.parse(bytes, mediaType) {
        grants.named.note(parsed, in: repository)
        if found.grant == nil { confirmation.begin(parsed, in: repository) }
      }
      context.store.recordAccess(digest)
      let manifest = CachedContent(
        digest: digest,
        mediaType: mediaType,
        bytes: bytes,
        visibleIn: repository,
        reservation: reservation
      )
      return cache.insert(manifest, visibleIn: repository)
    } catch {
      await context.pending.waitForIndex()
      return nil
    }
  }
}
