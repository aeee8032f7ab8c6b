import BlockingIO
import Memory
import OCI
import Store

/// The services, each with the others that it works with.
struct Services: Sendable {
  let caches: Caches
  let documents: HeldDocuments
  let downloads: DownloadTable
  let tags: TagService
  let blobs: BlobService
  let prefetcher: Prefetcher
  let tagLists: TagListService
  let referrers: ReferrerService
  let earlierGrants: EarlierGrants
  let changes = ImageChanges()

  init(_ context: ServiceContext, lanes: LanePool, memory: MemoryBudget) {
    let named = SharedNamedSizes()
    let prefetches = Prefetches(limits: context.limits, metrics: context.metrics)
    let caches = Caches(context, memory: memory)
    let renderer = ListRenderer(room: caches.room, lanes: lanes, limits: caches.limits)
    self.caches = caches
    documents = HeldDocuments(context, lanes: lanes)
    downloads = DownloadTable(context, named: named, prefetches: prefetches)
    let rows = TagRows(context, changes: changes)
    let writer = ContentWriter(context, tags: rows)
    let grants = GrantService(context, downloads: downloads, named: named)
    let manifests = ManifestService(
      cache: caches.manifests,
      documents: documents,
      grants: grants,
      writer: writer,
      room: caches.room
    )
    tags = TagService(TagConfirmation(context, rows: rows, manifests: manifests))
    blobs = BlobService(
      context,
      cache: caches.blobs,
      grants: grants,
      downloads: downloads,
      writer: writer
    )
    prefetcher = Prefetcher(context, downloads: downloads, prefetches: prefetches)
    tagLists = TagListService(context, cache: caches.tagLists, renderer: renderer)
    referrers = ReferrerService(context, tags: tags, cache: caches.referrerLists, renderer: renderer)
    earlierGrants = EarlierGrants(context: context, grants: grants)
  }
}

/// What is remembered: contents and lists that were served lately.
struct Caches: Sendable {
  let manifests: ContentCache
  let blobs: ContentCache
  let tagLists: RememberedLists<Repository, TagList>
  let referrerLists: RememberedLists<RepositoryDigest, ReferrerList>
  let limits = ListLimits()
  /// Room in memory, for which remembered lists give way.
  let room: MemoryRoom

  init(_ context: ServiceContext, memory: MemoryBudget) {
    let manifests = ContentCache(maxBytes: context.limits.hotManifestBytes)
    let blobs = ContentCache(maxBytes: context.limits.hotBlobBytes)
    let tagLists = RememberedLists<Repository, TagList>(maxBytes: limits.tagListBytes, maxLists: limits.maxLists)
    let referrerLists = RememberedLists<RepositoryDigest, ReferrerList>(
      maxBytes: limits.referrersBytes,
      maxLists: limits.maxLists
    )
    (self.manifests, self.blobs) = (manifests, blobs)
    (self.tagLists, self.referrerLists) = (tagLists, referrerLists)
    room = MemoryRoom(budget: memory) { tagLists.forgetOldest() || referrerLists.forgetOldest() }
    context.store.onRemoval { digests in
      manifests.noteRemoved(digests)
      blobs.noteRemoved(digests)
    }
  }

  /// Forgets content that is to leave the store.
  func forget(_ digests: Set<Digest>) {
    for digest in digests {
      manifests.remove(digest)
      blobs.remove(digest)
    }
  }
}
