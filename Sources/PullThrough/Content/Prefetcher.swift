import Logging
import OCI
import Store
import Upstream

/// Fetches ahead what a client that was sent a manifest will ask for.
final class Prefetcher: Sendable {
  private let context: ServiceContext
  private let downloads: DownloadTable
  private let prefetches: Prefetches

  init(_ context: ServiceContext, downloads: DownloadTable, prefetches: Prefetches) {
    (self.context, self.downloads, self.prefetches) = (context, downloads, prefetches)
  }

  /// A client is being sent a manifest. If that came from upstream and nobody was sent it before, the configuration is
  /// fetched ahead and the layers are expected to be asked for, as far as the upstream's settings say.
  ///
  /// Returns at once: may be called on an event loop.
  func noteSent(_ manifest: CachedContent, in repository: Repository) {
    guard let plan = manifest.takeArrival(), context.health.trouble == nil,
      let upstream = prefetchUpstream(of: repository)
    else { return }
    if upstream.settings.prefetch == .layers, upstream.settings.lazy == .fill {
      prefetches.expect(plan.layers, in: repository)
    }
    if let config = plan.config { prefetch([config], in: repository, from: upstream) }
  }

  /// A client asks for a blob. The layers behind it are fetched ahead if they are expected.
  ///
  /// Returns at once: may be called on an event loop.
  func noteAsked(_ digest: Digest, in repository: Repository) {
    let following = prefetches.askedFor(digest, in: repository)
    guard !following.isEmpty, context.health.trouble == nil, let upstream = prefetchUpstream(of: repository) else {
      return
    }
    prefetch(following, in: repository, from: upstream)
  }

  /// The upstream, if anything is fetched ahead from it: where there are few places, all are for clients.
  private func prefetchUpstream(of repository: Repository) -> (any UpstreamRegistry)? {
    guard !context.upstreams.isOffline, let upstream = context.upstreams.table[repository.upstream],
      upstream.settings.prefetch != .none,
      downloads.mayPrefetch(from: upstream)
    else { return nil }
    return upstream
  }

  private func prefetch(
    _ contents: [PrefetchPlan.Content],
    in repository: Repository,
    from upstream: any UpstreamRegistry
  ) {
    Task {
      // What is only on its way to the index is found by its download.
      let chosen = PrefetchPlan.choice(
        of: contents,
        spareBytes: context.store.availableBytes,
        limits: context.limits,
        isHeld: { (try? context.store.lookUp($0, grantedTo: repository))?.record != nil }
      )
      let source = DownloadSource(repository: repository, upstream: upstream, client: .own)
      do throws(StoreError) {
        for digest in chosen {
          _ = try downloads.joinOrStart(DownloadTable.Wish(digest: digest, source: source, priority: .prefetch))
        }
      } catch {
        context.log.debug("nothing is fetched ahead", metadata: ["repository": "\(repository)", "error": "\(error)"])
      }
    }
  }
}
