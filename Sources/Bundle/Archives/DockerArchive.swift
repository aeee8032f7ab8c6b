import OCI

/// A tar as `docker save` wrote it before it knew OCI layouts, and as `skopeo copy … docker-archive:` does: named images,
/// each a configuration and uncompressed layers, without manifests. Those are made here; the same images give the same
/// manifests whenever they are brought in.
struct DockerArchive {
  private let files: [String: StoredContent]
  /// Links from one layer's place to another's, which `docker save` makes for layers that images share.
  private let links: [String: String]
  private let listing: [Listed]

  /// One image of `manifest.json`.
  private struct Listed {
    var config: String
    var layers: [String]
    var names: [ImageName]
  }

  static let listingName = "manifest.json"

  init(_ entries: [TarEntry], in source: any ByteSource, limits: Limits) throws(BundleError) {
    var files: [String: StoredContent] = [:]
    var links: [String: String] = [:]
    for entry in entries {
      switch entry.kind {
      case .file: files[entry.name] = StoredContent(entry, in: source)
      case .directory:
        guard entry.name.isEmpty || Self.isLayerDirectory(entry.name) else { throw .strayEntry(entry.name) }
      case .link(let target):
        guard let file = Self.resolve(target, from: entry.name) else {
          throw .refused(TarError(.link, at: entry.offset, name: entry.name))
        }
        links[entry.name] = file
      }
    }
    guard let document = files[Self.listingName] else { throw .documentMissing(Self.listingName) }
    (self.files, self.links) = (files, links)
    listing = try Self.parse(try document.bytes(limits: limits), limits)
    try checkStrays()
  }

  /// Every file is one that `manifest.json` names, or one of those that older Dockers put beside a layer.
  private func checkStrays() throws(BundleError) {
    var expected: Set<String> = [Self.listingName, "repositories"]
    for image in listing { expected.formUnion([image.config] + image.layers) }
    expected.formUnion(links.values)
    for name in files.keys.sorted() where !expected.contains(name) {
      let parts = name.split(separator: "/")
      guard parts.count == 2, Self.isLayerDirectory(parts[0]), ["VERSION", "json", "layer.tar"].contains(parts[1])
      else {
        throw .strayEntry(name)
      }
    }
    for name in links.keys where !expected.contains(name) && !name.hasSuffix("/layer.tar") { throw .strayEntry(name) }
  }

  private static func isLayerDirectory(_ name: some StringProtocol) -> Bool {
    name.utf8.count == 64 && name.utf8.allSatisfy { $0.lowerHexValue != nil }
  }

  /// The entry that a layer's link means: `../<id>/layer.tar` or `../<digest>.tar`, seen from `<id>/layer.tar`. It is a
  /// name to look up among the entries; nothing follows it anywhere.
  private static func resolve(_ target: String, from name: String) -> String? {
    let place = name.split(separator: "/")
    guard place.count == 2, isLayerDirectory(place[0]), place[1] == "layer.tar", target.hasPrefix("../") else {
      return nil
    }
    let file = target.dropFirst(3)
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    switch parts.count {
    case 1 where file.hasSuffix(".tar") && isLayerDirectory(file.dropLast(4)): return String(file)
    case 2 where isLayerDirectory(parts[0]) && parts[1] == "layer.tar": return String(file)
    default: return nil
    }
  }
}

extension DockerArchive {
  /// `[{"Config": …, "RepoTags": […], "Layers": […]}]`.
  private static func parse(_ bytes: [UInt8], _ limits: Limits) throws(BundleError) -> [Listed] {
    let images: [JSONValue]?
    do throws(OCIError) {
      images = try StrictJSON.parse(bytes, maxBytes: limits.maxManifestBytes, limits: limits).array
    } catch {
      throw .documentRefused(listingName, reason: "\(error)")
    }
    guard let images, !images.isEmpty else { throw .documentRefused(listingName, reason: "it lists no images") }
    var listing: [Listed] = []
    for image in images {
      guard let object = image.object, let config = object["Config"]?.string,
        let layers = object["Layers"]?.array?.map(\.string), !layers.contains(nil)
      else { throw .documentRefused(listingName, reason: "an image without Config or Layers") }
      var names: [ImageName] = []
      for name in object["RepoTags"]?.array ?? [] { names.append(try ImageName(parsing: name.string ?? "")) }
      listing.append(Listed(config: config, layers: layers.compactMap { $0 }, names: names))
    }
    return listing
  }

  /// What it brings, once every layer has been hashed and compared with what its configuration says.
  func shipment(
    name: ImageName?,
    limits: Limits,
    hashed: (Int64) -> Void
  ) throws(BundleError) -> Shipment {
    var shipment = Shipment(images: [], contents: [:])
    var digests: [String: Digest] = [:]
    for image in listing {
      let config = try find(image.config)
      let configBytes = try config.bytes(limits: limits)
      let configDigest = Digest.of(configBytes)
      try Self.checkName(image.config, configDigest)
      let diffIDs = try Self.diffIDs(configBytes, named: image.config, limits)
      guard diffIDs.count == image.layers.count else {
        throw .documentRefused(image.config, reason: "\(diffIDs.count) layers, \(image.layers.count) in manifest.json")
      }
      var layers: [Descriptor] = []
      for (layer, diffID) in zip(image.layers, diffIDs) {
        let content = try find(layer)
        let digest: Digest
        if let known = digests[layer] {
          digest = known
        } else {
          digest = try content.digest(.sha256)
          digests[layer] = digest
          hashed(content.size)
        }
        let type = try Self.mediaType(of: content)
        // Only of an uncompressed layer is the digest what the configuration has.
        guard type != .ociLayer || digest == diffID else { throw .contentDiffers(layer, found: digest) }
        layers.append(Descriptor(mediaType: type, digest: digest, size: RemoteSize(clamping: content.size)))
        shipment.contents[digest] = content
      }
      shipment.contents[configDigest] = config
      let configuration = Descriptor(
        mediaType: .ociImageConfig,
        digest: configDigest,
        size: RemoteSize(clamping: config.size)
      )
      try add(image, Self.manifest(configuration, layers), name, to: &shipment)
    }
    return shipment
  }

  private func add(
    _ image: Listed,
    _ manifest: [UInt8],
    _ given: ImageName?,
    to shipment: inout Shipment
  ) throws(BundleError) {
    let names = image.names.isEmpty ? [given].compactMap { $0 } : image.names
    guard !names.isEmpty else { throw .nameMissing(label: nil) }
    let digest = Digest.of(manifest)
    let descriptor = Descriptor(mediaType: .ociManifest, digest: digest, size: RemoteSize(clamping: manifest.count))
    shipment.contents[digest] = StoredContent(manifest)
    for (repository, names) in Dictionary(grouping: names, by: \.repository).sorted(by: { $0.key < $1.key }) {
      let tags = names.compactMap(\.tag).sorted()
      let isTaken = shipment.images.contains { $0.repository == repository && !Set($0.tags).isDisjoint(with: tags) }
      guard !isTaken else {
        throw .documentRefused(Self.listingName, reason: "\(repository) has one tag for two images")
      }
      shipment.images.append(Shipment.Image(repository: repository, tags: tags, manifest: descriptor))
    }
  }

  private func find(_ name: String) throws(BundleError) -> StoredContent {
    guard let content = files[links[name] ?? name] else { throw .documentMissing(name) }
    return content
  }

  /// A configuration is called after its digest: `<hex>.json`, or `sha256:<hex>`.
  private static func checkName(_ name: String, _ digest: Digest) throws(BundleError) {
    let stem = name.hasSuffix(".json") ? String(name.dropLast(5)) : name
    guard !isLayerDirectory(stem) || stem == digest.hex, !stem.hasPrefix("sha256:") || stem == digest.description else {
      throw .contentDiffers(name, found: digest)
    }
  }

  private static func diffIDs(_ config: [UInt8], named name: String, _ limits: Limits) throws(BundleError) -> [Digest] {
    do throws(OCIError) {
      let json = try StrictJSON.parse(config, maxBytes: limits.maxManifestBytes, limits: limits)
      guard let texts = json.object?["rootfs"]?.object?["diff_ids"]?.array else {
        throw .invalidManifest("no rootfs.diff_ids")
      }
      var digests: [Digest] = []
      for text in texts { digests.append(try Digest(parsing: text.string ?? "")) }
      return digests
    } catch {
      throw .documentRefused(name, reason: "\(error)")
    }
  }

  private static func mediaType(of layer: StoredContent) throws(BundleError) -> MediaType {
    var reader = try layer.reader()
    switch Compression(startOf: try reader.next(maxBytes: 6) ?? []) {
    case nil: return .ociLayer
    case .gzip: return .ociGzipLayer
    case .zstd: return .ociZstdLayer
    case .bzip2, .xz: throw .documentRefused(listingName, reason: "a layer is compressed with bzip2 or xz")
    }
  }

  private static func manifest(_ config: Descriptor, _ layers: [Descriptor]) -> [UInt8] {
    JSONText.render([
      "schemaVersion": 2,
      "mediaType": .string(MediaType.ociManifest.description),
      "config": config.json,
      "layers": .array(layers.map(\.json)),
    ])
  }
}

extension MediaType {
  // image-spec §Layer: what an image's layers may be.
  fileprivate static let ociLayer = layer("")
  fileprivate static let ociGzipLayer = layer("+gzip")
  fileprivate static let ociZstdLayer = layer("+zstd")

  private static func layer(_ suffix: String) -> MediaType {
    MediaType(parsing: "application/vnd.oci.image.layer.v1.tar\(suffix)") ?? .octetStream
  }
}
