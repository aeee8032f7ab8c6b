import OCI

/// Finds out what belongs into a bundle, by reading manifests.
struct ExportPlanner {
  private let source: any ImageSource
  private let options: ExportOptions
  private let limits: Limits
  private let held: Set<Digest>
  private var plan: ExportPlan
  private var tagLists: [Repository: Set<Tag>] = [:]
  private var blobsLeftOut: Set<Digest> = []

  init(_ options: ExportOptions, from source: any ImageSource, limits: Limits) {
    (self.options, self.source, self.limits) = (options, source, limits)
    held = options.bases.reduce(into: []) { $0.formUnion($1.contents) }
    plan = ExportPlan(index: LayoutIndex([], bases: options.bases.map(\.indexDigest)))
  }

  /// - Parameter found: told the name of each image, once it is known what belongs to it.
  mutating func run(found: (ImageName) -> Void) async throws(BundleError) -> ExportPlan {
    for name in Set(options.names).sorted() {
      guard let reference = name.reference else { continue }
      guard let root = try await source.manifest(reference, in: name.repository) else {
        throw .imageMissing(name)
      }
      try enter(root, as: name.traveling)
      let manifests = try await walk(root, name, platforms: options.platforms)
      if options.withReferrers { try await addReferrers(of: manifests, name.repository) }
      found(name)
    }
    return plan
  }

  private mutating func enter(_ manifest: SourceManifest, as name: ImageName?) throws(BundleError) {
    let descriptor = Descriptor(
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: RemoteSize(clamping: manifest.bytes.count)
    )
    let entry = LayoutIndex.Entry(descriptor: descriptor, name: name, label: nil)
    guard !plan.index.entries.contains(entry) else { return }
    if let name, plan.index.entries.contains(where: { $0.name == name }) {
      throw .exportFailed("\(name)", reason: "it is asked for with two digests")
    }
    plan.index.entries.append(entry)
  }

  /// Takes a manifest and all that it names.
  /// - Returns: the manifests among that.
  private mutating func walk(
    _ root: SourceManifest,
    _ name: ImageName,
    platforms: [Platform]
  ) async throws(BundleError) -> [Digest] {
    var closure = ManifestClosure()
    let descriptor = Descriptor(
      mediaType: root.mediaType,
      digest: root.digest,
      size: RemoteSize(clamping: root.bytes.count)
    )
    try Self.refusing(root.digest) { () throws(OCIError) in try closure.add(descriptor) }
    while let descriptor = closure.next() {
      let bytes = try await bytes(of: descriptor, root, name)
      plan.manifests[descriptor.digest] = bytes
      let selection = PlatformSelection(platforms)
      try Self.refusing(descriptor.digest) { () throws(OCIError) in
        let manifest = try bytes.withBytes { (bytes) throws(OCIError) in
          try Manifest.parse(bytes, declared: descriptor.mediaType, limits: limits)
        }
        let wanted = selection.children(of: manifest)
        plan.notes += wanted.missing.map { "\(name) is not there for \($0)" }
        try closure.read(manifest, of: descriptor) { wanted.digests.contains($0.digest) }
      }
    }
    if !platforms.isEmpty, closure.manifests.count == 1, !closure.leftOut.isEmpty {
      throw .platformMissing("\(name)", wanted: platforms)
    }
    for blob in closure.blobs { take(blob, from: name.repository) }
    return closure.manifests.map(\.digest)
  }

  private func bytes(
    of descriptor: Descriptor,
    _ root: SourceManifest,
    _ name: ImageName
  ) async throws(BundleError) -> [UInt8] {
    if descriptor.digest == root.digest { return root.bytes }
    if let known = plan.manifests[descriptor.digest] { return known }
    guard let manifest = try await source.manifest(.digest(descriptor.digest), in: name.repository) else {
      throw .contentMissing(descriptor.digest, neededBy: "\(name)")
    }
    guard Int64(manifest.bytes.count) == descriptor.size.bytes else {
      throw .sizeDiffers(descriptor.digest, named: descriptor.size.bytes, found: Int64(manifest.bytes.count))
    }
    return manifest.bytes
  }

  private mutating func take(_ blob: Descriptor, from repository: Repository) {
    guard plan.blobs[blob.digest] == nil else { return }
    if held.contains(blob.digest) {
      guard blobsLeftOut.insert(blob.digest).inserted else { return }
      plan.leftOutCount += 1
      plan.leftOutBytes.add(blob.size)
    } else {
      plan.blobs[blob.digest] = ExportPlan.Blob(descriptor: blob, repository: repository)
    }
  }

  private static func refusing(_ digest: Digest, _ body: () throws(OCIError) -> Void) throws(BundleError) {
    do throws(OCIError) { try body() } catch { throw .documentRefused("\(digest)", reason: "\(error)") }
  }
}

extension ExportPlanner {
  /// Takes along what refers to these manifests, and what refers to that.
  private mutating func addReferrers(of subjects: [Digest], _ repository: Repository) async throws(BundleError) {
    let tags = try await tags(in: repository)
    var waiting = subjects
    var visited = Set(subjects)
    while let subject = waiting.popLast() {
      var found: [Digest] = []
      for descriptor in try await source.referrers(of: subject, in: repository) {
        let name = ImageName(repository, tag: nil, digest: descriptor.digest)
        guard let manifest = try await source.manifest(.digest(descriptor.digest), in: repository) else { continue }
        try enter(manifest, as: nil)
        found += try await walk(manifest, name, platforms: [])
      }
      for tag in Self.tags(about: subject) where tags.contains(tag) {
        let name = ImageName(repository, tag: tag)
        guard let manifest = try await source.manifest(.tag(tag), in: repository) else { continue }
        try enter(manifest, as: name)
        found += try await walk(manifest, name, platforms: [])
      }
      waiting += found.filter { visited.insert($0).inserted }
    }
  }

  private mutating func tags(in repository: Repository) async throws(BundleError) -> Set<Tag> {
    if let known = tagLists[repository] { return known }
    let tags = try await source.tags(in: repository)
    tagLists[repository] = tags
    return tags
  }

  /// The tags by which content about a manifest is found where there is no referrers API: the list of referrers
  /// (distribution-spec §Referrers Tag Schema), and cosign's signatures, attestations and bills of material.
  private static func tags(about subject: Digest) -> [Tag] {
    let stem = subject.fallbackTag
    return [stem] + ["sig", "att", "sbom"].compactMap { try? Tag(parsing: "\(stem).\($0)") }
  }
}
