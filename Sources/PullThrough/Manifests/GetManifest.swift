import Memory
import NIOCore
public import OCI
import Store
import Upstream

extension PullThrough {
  /// The manifest, if it is in memory, known to belong to the repository and, for a tag, confirmed lately.
  ///
  /// At the most two memory reads of the index: may be called on an event loop.
  /// - Returns: nil when the disk or upstream must be asked; see ``manifest(_:in:)``.
  public func manifestAtHand(_ reference: Reference, in repository: Repository) -> HotContent? {
    switch reference {
    case .digest(let digest): return hotManifest(digest, in: repository)
    case .tag(let tag):
      guard let record = try? pending.tag(repository, tag), isFresh(record, in: repository) else { return nil }
      return hotManifest(record.digest, in: repository)
    }
  }

  /// The digest that a tag or digest stands for, as last seen, if its manifest is held for the repository, or about to be.
  /// Memory reads: may run on an event loop.
  public func heldManifestDigest(_ reference: Reference, in repository: Repository) -> Digest? {
    let digest: Digest?
    switch reference {
    case .digest(let asked): digest = asked
    case .tag(let tag): digest = (try? pending.tag(repository, tag))?.digest
    }
    guard let digest else { return nil }
    if hotManifests.find(digest, in: repository) != nil { return digest }
    guard let found = try? pending.lookUp(digest, grantedTo: repository), found.grant != nil else { return nil }
    return found.record == nil ? nil : digest
  }

  /// The manifest that a tag or digest stands for now, as far as can be known.
  ///
  /// A 200 to a HEAD rests on this too: whatever is answered here can be had by its digest afterwards.
  public func manifest(
    _ reference: Reference,
    in repository: Repository
  ) async throws(PullThroughError) -> ResolvedManifest {
    switch reference {
    case .digest(let digest):
      return ResolvedManifest(manifest: try await manifest(digest, in: repository), warning: nil)
    case .tag(let tag):
      let resolved = try await resolve(tag, in: repository)
      return ResolvedManifest(manifest: resolved.manifest, warning: resolved.warning)
    }
  }

  /// The manifest of that digest: from memory, from the store, or from upstream.
  func manifest(_ digest: Digest, in repository: Repository) async throws(PullThroughError) -> HotContent {
    if let manifest = try await heldManifest(digest, in: repository) { return manifest }
    let key = RepositoryDigest(repository: repository, digest: digest)
    return try await manifestFetches.run(key) { () async throws(PullThroughError) in
      // Another fetch may have ended between the look above and this one: a second one would be counted.
      if let manifest = self.hotManifest(digest, in: repository) { return manifest }
      return try await self.fetchManifest(.digest(digest), in: repository)
    }
  }

  /// Fetches a manifest from upstream and verifies it. Behind the answer it is kept, with the tag it was asked for by, and
  /// upstream is asked about what it names that is held for others.
  func fetchManifest(
    _ reference: Reference,
    in repository: Repository
  ) async throws(PullThroughError) -> HotContent {
    let upstream = try upstream(of: repository, for: .manifest(reference))
    let fetched: FetchedManifest
    do throws(UpstreamError) {
      fetched = try await metrics.counting(.manifestGet, of: upstream.name) { () async throws(UpstreamError) in
        try await upstream.getManifest(repository.name, reference)
      }
    } catch {
      throw PullThroughError(error, manifest: reference, in: repository)
    }
    metrics.upstream(upstream.name).fetchedBytes.add(fetched.bytes.readableBytes)
    let verified = try VerifiedManifest(fetched, for: reference, in: repository, limits: limits)
    // What it said has been read: from now on its bytes alone take memory.
    fetched.reservation.shrink(to: fetched.bytes.readableBytes)
    let manifest = HotContent(
      digest: verified.digest,
      mediaType: verified.manifest.mediaType,
      bytes: fetched.bytes,
      shownTo: repository,
      reservation: fetched.reservation,
      arrival: verified.manifest.kind == .image ? PrefetchPlan(for: verified.manifest, limits: limits) : nil
    )
    // In memory before it is on disk: whoever asks for it meanwhile is answered from there.
    let hot = hotManifests.insert(manifest, shownTo: repository)
    await keepBehind(verified, hot, as: reference, for: repository)
    proveBehind(verified.manifest, in: repository)
    return hot
  }

  private func hotManifest(_ digest: Digest, in repository: Repository) -> HotContent? {
    guard let manifest = hotManifests.find(digest, in: repository) else { return nil }
    store.noteAccess(digest)
    if manifest.isToBeKept { keepAgain(manifest, as: manifest.mediaType, for: repository) }
    return manifest
  }

  /// A manifest that is held, once it is sure that the repository includes it.
  private func heldManifest(
    _ digest: Digest,
    in repository: Repository
  ) async throws(PullThroughError) -> HotContent? {
    if let manifest = hotManifest(digest, in: repository) { return manifest }
    let found: ContentLookup
    do throws(StoreError) {
      found = try pending.lookUp(digest, grantedTo: repository)
    } catch {
      await settleIndex()
      return nil
    }
    guard let record = found.record, let mediaType = record.mediaType else { return nil }
    // Without a grant upstream is asked; if its answer to HEAD shows nothing, a fetch must decide.
    if found.grant == nil, (try? await proveManifest(digest, in: repository)) != true { return nil }
    let reservation = try reserveMemory(Int(clamping: record.size))
    do throws(StoreError) {
      let bytes = try await read(digest, record)
      if let parsed = try? parse(bytes, mediaType) {
        named.note(parsed, in: repository)
        if found.grant == nil { proveBehind(parsed, in: repository) }
      }
      store.noteAccess(digest)
      let manifest = HotContent(
        digest: digest,
        mediaType: mediaType,
        bytes: bytes,
        shownTo: repository,
        reservation: reservation
      )
      return hotManifests.insert(manifest, shownTo: repository)
    } catch {
      await settleIndex()
      return nil
    }
  }
}
