import OCI

/// The manifests of an archive, read and checked: what each names, and which repositories each belongs to.
struct ManifestTree {
  private(set) var closure = ManifestClosure()
  private(set) var subjects: [Digest: Digest] = [:]
  private var children: [Digest: [Digest]] = [:]
  private var repositories: [Digest: Set<Repository>] = [:]

  /// Walks from `roots` over all manifests that `contents` has. A root must be there; a child of an index need not, as
  /// archives for some platforms only leave the others out.
  ///
  /// - Throws: ``BundleError/contentMissing(_:neededBy:)``, ``BundleError/sizeDiffers(_:named:found:)`` and
  ///   ``BundleError/documentRefused(_:reason:)``.
  init(
    of roots: [Descriptor],
    in contents: [Digest: StoredContent],
    limits: Limits
  ) throws(BundleError) {
    for root in roots where contents[root.digest] == nil {
      throw .contentMissing(root.digest, neededBy: LayoutIndex.fileName)
    }
    for root in roots { try Self.refusing(root.digest) { () throws(OCIError) in try closure.add(root) } }
    while let descriptor = closure.next() {
      guard let content = contents[descriptor.digest] else {
        closure.leaveOut(descriptor)
        continue
      }
      try read(descriptor, content, limits)
    }
    for descriptor in closure.blobs { try Self.checkSize(descriptor, contents[descriptor.digest]) }
  }

  private mutating func read(
    _ descriptor: Descriptor,
    _ content: StoredContent,
    _ limits: Limits
  ) throws(BundleError) {
    try Self.checkSize(descriptor, content)
    let bytes = try content.bytes(limits: limits)
    try Self.refusing(descriptor.digest) { () throws(OCIError) in
      let manifest = try bytes.withBytes { (bytes) throws(OCIError) in
        try Manifest.parse(bytes, declared: descriptor.mediaType, limits: limits)
      }
      try closure.read(manifest, of: descriptor)
      subjects[descriptor.digest] = manifest.subject?.digest
      children[descriptor.digest] = manifest.manifests.map(\.digest)
    }
  }

  private static func checkSize(_ descriptor: Descriptor, _ content: StoredContent?) throws(BundleError) {
    guard let content, content.size != descriptor.size.bytes else { return }
    throw .sizeDiffers(descriptor.digest, named: descriptor.size.bytes, found: content.size)
  }

  private static func refusing(
    _ digest: Digest,
    _ body: () throws(OCIError) -> Void
  ) throws(BundleError) {
    do throws(OCIError) { try body() } catch { throw .documentRefused("\(digest)", reason: "\(error)") }
  }

  /// Says that a manifest, and with it all manifests below it, belongs to a repository.
  mutating func place(_ digest: Digest, in repository: Repository) {
    guard repositories[digest, default: []].insert(repository).inserted else { return }
    for child in children[digest] ?? [] { place(child, in: repository) }
  }

  /// Where a manifest belongs: where it was placed, or where what it refers to belongs.
  func repositories(of digest: Digest) -> [Repository] {
    if let placed = repositories[digest] { return placed.sorted() }
    var visited: Set<Digest> = [digest]
    var next = subjects[digest]
    while let subject = next, visited.insert(subject).inserted {
      if let placed = repositories[subject] { return placed.sorted() }
      next = subjects[subject]
    }
    return []
  }
}
