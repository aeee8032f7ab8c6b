package import Logging
package import OCI
package import Store

/// What operators' use cases need of the running program, besides the store: the module `Administration` is built on it.
extension PullThrough {
  package var store: Store { context.store }
  package var limits: Limits { context.limits }
  package var clock: WallClock { context.clock }
  package var log: Logger { context.log }
  package var policy: Policy { context.upstreams.policy }
  package var documents: HeldDocuments { services.documents }
  package var tagService: TagService { services.tags }
  package var blobService: BlobService { services.blobs }
  /// The downloads that run or wait for a place.
  package var runningDownloads: [Download] { services.downloads.all }
  /// Why nothing new is kept; nil while all is well.
  package var storeTrouble: StoreError? { context.health.trouble }

  /// Waits until all that is known by now is written to the index.
  package func flush() async { await context.pending.flush() }

  /// Forgets, in memory, content that leaves the store.
  package func forget(_ digests: Set<Digest>) { services.caches.forget(digests) }

  /// Forgets all remembered lists of referrers: the index has others.
  package func forgetReferrerLists() { services.caches.referrerLists.forgetAll() }

  /// Whether a manifest or tag has changed since this was last asked, so that pins may have to follow.
  package func takeImagesChanged() -> Bool { services.changes.take() }
}
