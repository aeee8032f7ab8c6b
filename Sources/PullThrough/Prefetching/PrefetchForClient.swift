import Logging
public import OCI
import Store
import Upstream

extension PullThrough {
  /// A client is being sent a manifest. If that came from upstream and nobody was sent it before, what the client will
  /// ask for next is fetched ahead, as far as the upstream's settings say.
  ///
  /// Returns at once: may be called on an event loop.
  public func noteSent(_ manifest: HotContent, in repository: Repository) {
    guard manifest.takeArrival(), keeping.trouble == nil,
      let upstream = try? upstream(of: repository, for: .manifest(.digest(manifest.digest))),
      mayPrefetch(from: upstream)
    else { return }
    Task { prefetch(manifest, in: repository, from: upstream) }
  }

  /// What is fetched ahead takes half of the places at the most: where there is one place, none.
  private func mayPrefetch(from upstream: UpstreamClient) -> Bool {
    upstream.settings.prefetch != .none && upstream.settings.maxConcurrentTransfers > 1
      && limits.maxConcurrentDownloads > 1
  }

  private func prefetch(_ manifest: HotContent, in repository: Repository, from upstream: UpstreamClient) {
    guard let document = try? parse(manifest.bytes, manifest.mediaType) else { return }
    let plan = PrefetchPlan(
      for: document,
      upstream.settings.prefetch,
      spareBytes: store.spareBytes,
      limits: limits,
      isHeld: { (try? store.lookUp($0, grantedTo: repository))?.record != nil }
    )
    for digest in plan.digests {
      do throws(StoreError) {
        _ = try downloads.joinOrStart(digest, from: repository, with: upstream, priority: .prefetch)
      } catch {
        return log.debug("nothing is fetched ahead", metadata: ["repository": "\(repository)", "error": "\(error)"])
      }
    }
  }
}
