import OCI
import Upstream

/// What is fetched ahead for a client that was sent a manifest. Pure.
///
/// | what the manifest names             | fetched ahead                                                     |
/// |-------------------------------------|-------------------------------------------------------------------|
/// | the configuration of an image       | unless nothing is                                                 |
/// | a layer of an image                 | if all is                                                         |
/// | a layer that may not be passed on   | never: registries need not have it (image-spec §Non-distributable) |
/// | the manifests of an index           | never: a client wants one of them                                 |
/// | what is held                        | never                                                             |
/// | what does not fit beside the others | never: not into the room there is, nor into the limits            |
struct PrefetchPlan: Equatable {
  /// What to fetch, in the order in which a client is likely to want it.
  let digests: [Digest]

  /// - Parameters:
  ///   - spareBytes: what the store takes in without evicting anything.
  ///   - isHeld: whether there is nothing to fetch.
  init(
    for manifest: Manifest,
    _ extent: Prefetch,
    spareBytes: Int64,
    limits: Limits,
    isHeld: (Digest) -> Bool
  ) {
    let candidates: [Descriptor] =
      switch extent {
      case .none: []
      case .config: [manifest.config].compactMap(\.self)
      case .all: [manifest.config].compactMap(\.self) + manifest.layers
      }
    var room = min(spareBytes, limits.maxPrefetchedBytes)
    var digests: [Digest] = []
    for candidate in candidates where digests.count < limits.maxPrefetchedBlobs {
      guard !candidate.mediaType.isNonDistributable, candidate.size <= room, !digests.contains(candidate.digest),
        !isHeld(candidate.digest)
      else { continue }
      digests.append(candidate.digest)
      room -= candidate.size
    }
    self.digests = digests
  }
}
