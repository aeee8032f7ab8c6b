import OCI

/// What a client that is sent an image's manifest will ask for, and what of that is fetched ahead. Pure.
///
/// | what the manifest names             | fetched ahead                                                      |
/// |-------------------------------------|--------------------------------------------------------------------|
/// | the configuration of an image       | when the manifest is sent                                          |
/// | a layer of an image                 | when the client asks for one before it: see ``ExpectedLayers``     |
/// | a layer that may not be passed on   | never: registries need not have it (image-spec §Non-distributable) |
/// | the manifests of an index           | never: a client wants one of them                                  |
/// | what is held                        | never                                                              |
/// | what does not fit beside the others | never: not into the room there is, nor into the limits             |
struct PrefetchPlan: Sendable, Equatable {
  /// Something to fetch, and its length as the manifest says.
  struct Content: Sendable, Equatable {
    var digest: Digest
    var size: RemoteSize
  }

  /// The configuration.
  private(set) var config: Content?
  /// The layers in the manifest's order, the lowest first, each once.
  private(set) var layers: [Content] = []

  init(for manifest: Manifest, limits: Limits) {
    config = manifest.config.map { Content(digest: $0.digest, size: $0.size) }
    var known = Set([config?.digest].compactMap(\.self))
    for layer in manifest.layers where layers.count < limits.maxPrefetchedBlobs {
      guard !layer.mediaType.isNonDistributable, known.insert(layer.digest).inserted else { continue }
      layers.append(Content(digest: layer.digest, size: layer.size))
    }
  }

  /// Which of some contents to fetch, in their order.
  /// - Parameters:
  ///   - spareBytes: what the store takes in without evicting anything.
  ///   - isHeld: whether there is nothing to fetch.
  static func choice(
    of contents: [Content],
    spareBytes: Int64,
    limits: Limits,
    isHeld: (Digest) -> Bool
  ) -> [Digest] {
    var room = min(spareBytes, limits.maxPrefetchedBytes)
    var chosen: [Digest] = []
    for content in contents where content.size.bytes <= room && !isHeld(content.digest) {
      chosen.append(content.digest)
      // Not below nothing: it is no more than the room.
      room -= content.size.bytes
    }
    return chosen
  }
}
