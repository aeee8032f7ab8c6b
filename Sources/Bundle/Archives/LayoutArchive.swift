import OCI

/// A tar that holds an OCI image layout (image-spec §Image Layout), its structure checked.
struct LayoutArchive {
  let index: LayoutIndex
  /// The digest of `index.json`, by which increments name what they build upon.
  let indexDigest: Digest
  let contents: [Digest: StoredContent]
  /// `docker save` adds content that belongs to no image; from anybody else such content is refused.
  private let isFromDocker: Bool

  /// - Throws: ``BundleError/strayEntry(_:)``, ``BundleError/documentMissing(_:)`` and
  ///   ``BundleError/documentRefused(_:reason:)``.
  init(_ entries: [TarEntry], in source: any ByteSource, limits: Limits) throws(BundleError) {
    var documents: [String: StoredContent] = [:]
    var contents: [Digest: StoredContent] = [:]
    for entry in entries {
      switch LayoutName(entry.name) {
      case .directory where entry.kind == .directory: continue
      case .document where entry.kind == .file: documents[entry.name] = StoredContent(entry, in: source)
      case .blob(let digest) where entry.kind == .file: contents[digest] = StoredContent(entry, in: source)
      default:
        if case .link = entry.kind { throw .refused(TarError(.link, at: entry.offset, name: entry.name)) }
        throw .strayEntry(entry.name)
      }
    }
    try Self.checkVersion(documents["oci-layout"], limits)
    guard let document = documents[LayoutIndex.fileName] else { throw .documentMissing(LayoutIndex.fileName) }
    let bytes = try document.bytes(limits: limits)
    do throws(OCIError) {
      index = try LayoutIndex(parsing: bytes, limits: limits)
    } catch {
      throw .documentRefused(LayoutIndex.fileName, reason: "\(error)")
    }
    indexDigest = Digest.of(bytes)
    isFromDocker = documents["manifest.json"] != nil
    self.contents = contents
  }

  /// image-spec §oci-layout file.
  private static func checkVersion(_ document: StoredContent?, _ limits: Limits) throws(BundleError) {
    guard let document else { throw .documentMissing("oci-layout") }
    let bytes = try document.bytes(limits: limits)
    do throws(OCIError) {
      let json = try StrictJSON.parse(bytes, maxBytes: limits.maxManifestBytes, limits: limits)
      guard json.object?["imageLayoutVersion"]?.string == "1.0.0" else {
        throw .invalidManifest("not of the version 1.0.0")
      }
    } catch {
      throw .documentRefused("oci-layout", reason: "\(error)")
    }
  }

  /// What it brings, once every byte has been hashed and every name followed.
  ///
  /// - Parameters:
  ///   - name: the name of images that bring none.
  ///   - hashed: told how many bytes have been hashed, after each content.
  func shipment(
    name: ImageName?,
    limits: Limits,
    hashed: (Int64) -> Void
  ) throws(BundleError) -> Shipment {
    for (digest, content) in contents.sorted(by: { $0.key < $1.key }) {
      let found = try content.digest(digest.algorithm)
      guard found == digest else { throw .contentDiffers("\(digest)", found: found) }
      hashed(content.size)
    }
    var tree = try ManifestTree(of: index.entries.map(\.descriptor), in: contents, limits: limits)
    var shipment = Shipment(images: try images(&tree, name), contents: [:], bases: index.bases)
    shipment.leftOut = tree.closure.leftOut
    for descriptor in tree.closure.manifests { shipment.contents[descriptor.digest] = contents[descriptor.digest] }
    for descriptor in tree.closure.blobs {
      if let content = contents[descriptor.digest] {
        shipment.contents[descriptor.digest] = content
      } else if !index.bases.isEmpty {
        shipment.expected.append(descriptor)
      } else if !descriptor.mediaType.isNonDistributable {
        throw .contentMissing(descriptor.digest, neededBy: "an image")
      }
    }
    try checkUnused(&shipment)
    return shipment
  }

  private func checkUnused(_ shipment: inout Shipment) throws(BundleError) {
    let unused = contents.keys.filter { shipment.contents[$0] == nil }
    guard isFromDocker || unused.isEmpty else { throw .strayEntry("\(unused.min()?.description ?? "")") }
    shipment.unusedCount = unused.count
  }

  private func images(_ tree: inout ManifestTree, _ given: ImageName?) throws(BundleError) -> [Shipment.Image] {
    var tags: [Repository: [Digest: Set<Tag>]] = [:]
    var meanings: [ImageName: Digest] = [:]
    for entry in index.entries {
      guard let name = entry.name ?? name(entry, given, isReferrer: tree.subjects[entry.descriptor.digest] != nil)
      else { continue }
      if let digest = name.digest, digest != entry.descriptor.digest {
        throw .documentRefused(LayoutIndex.fileName, reason: "\(name) is not \(entry.descriptor.digest)")
      }
      guard meanings.updateValue(entry.descriptor.digest, forKey: name).map({ $0 == entry.descriptor.digest }) ?? true
      else { throw .documentRefused(LayoutIndex.fileName, reason: "\(name) stands for two images") }
      tree.place(entry.descriptor.digest, in: name.repository)
      if let tag = name.tag { tags[name.repository, default: [:]][entry.descriptor.digest, default: []].insert(tag) }
    }
    var images: [Shipment.Image] = []
    var seen: Set<Digest> = []
    for entry in index.entries where seen.insert(entry.descriptor.digest).inserted {
      let digest = entry.descriptor.digest
      let repositories = tree.repositories(of: digest)
      guard !repositories.isEmpty else { throw .nameMissing(label: entry.label) }
      for repository in repositories {
        let tags = tags[repository]?[digest]?.sorted() ?? []
        images.append(Shipment.Image(repository: repository, tags: tags, manifest: entry.descriptor))
      }
    }
    return images.filter { tree.subjects[$0.manifest.digest] == nil }
      + images.filter { tree.subjects[$0.manifest.digest] != nil }
  }

  /// The name of an entry that has none of its own: the one given, with the entry's label for its tag if that is one.
  private func name(_ entry: LayoutIndex.Entry, _ given: ImageName?, isReferrer: Bool) -> ImageName? {
    guard let given, !isReferrer || entry.label != nil else { return nil }
    guard let label = entry.label, let tag = try? Tag(parsing: label), index.entries.count > 1 else { return given }
    return ImageName(given.repository, tag: tag)
  }
}
