import Glibc
public import OCI

/// The storage directory of a `docker-registry` (CNCF distribution, filesystem driver), read where it lies.
///
/// `docker/registry/v2/blobs/sha256/ab/<hex>/data` holds content;
/// `docker/registry/v2/repositories/<name>/_manifests/{revisions,tags}` says what each repository includes. The names
/// of repositories do not say which registry they are of: the caller does.
public struct RegistryDirectory: Sendable {
  private let root: String
  private let limits: Limits

  /// A file that holds some content.
  struct Blob: Sendable {
    let path: String
    let size: Int64

    func open() throws(BundleError) -> OpenFile {
      let file = try OpenFile(path: path)
      guard file.size == size else { throw .fileFailed(path: path, reason: "its length has changed") }
      return file
    }
  }

  /// - Parameter path: the registry's `rootdirectory`, which holds `docker/registry/v2`.
  /// - Throws: ``BundleError/notARegistryDirectory(_:)`` if it is none.
  public init(path: String, limits: Limits) throws(BundleError) {
    root = "\(path)/docker/registry/v2"
    self.limits = limits
    var status = stat()
    guard lstat("\(root)/repositories", &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .notARegistryDirectory(path)
    }
  }

  /// Everything that the directory holds whole, as content of repositories of `upstream`.
  ///
  /// A registry that was itself a cache holds images in part; those are left out, with a word about each. The bytes are
  /// not hashed here: the Berth that takes them in does that.
  public func shipment(of upstream: UpstreamName) throws(BundleError) -> Shipment {
    var shipment = Shipment(images: [], contents: [:])
    shipment.mayBePartial = true
    for name in try repositoryNames() {
      let repository = Repository(upstream: upstream, name: name)
      let directory = "\(root)/repositories/\(name)/_manifests"
      var tags: [Digest: Set<Tag>] = [:]
      for entry in try Self.names(in: "\(directory)/tags") {
        guard let tag = try? Tag(parsing: entry), let digest = link("\(directory)/tags/\(entry)/current/link") else {
          continue
        }
        tags[digest, default: []].insert(tag)
      }
      for digest in try revisions(in: directory).union(tags.keys).sorted() {
        add(digest, tags[digest]?.sorted() ?? [], repository, to: &shipment)
      }
    }
    return shipment
  }

  /// Adds one image; or says why not.
  private func add(_ digest: Digest, _ tags: [Tag], _ repository: Repository, to shipment: inout Shipment) {
    let shown = tags.first.map { "\(repository):\($0)" } ?? "\(repository)@\(digest)"
    do throws(BundleError) {
      guard let blob = blob(digest) else { throw .contentMissing(digest, neededBy: shown) }
      let content = StoredContent(blob)
      let bytes = try content.bytes(limits: limits)
      let manifest: Manifest
      do throws(OCIError) {
        manifest = try bytes.withBytes { (bytes) throws(OCIError) in
          try Manifest.parse(bytes, declared: nil, limits: limits)
        }
      } catch {
        throw .documentRefused("\(digest)", reason: "\(error)")
      }
      let root = Descriptor(mediaType: manifest.mediaType, digest: digest, size: RemoteSize(clamping: blob.size))
      let contents = try closure(of: root, neededBy: shown, &shipment.leftOut)
      shipment.contents.merge(contents) { first, _ in first }
      shipment.images.append(Shipment.Image(repository: repository, tags: tags, manifest: root))
    } catch {
      shipment.skipped.append("\(shown): \(error)")
    }
  }

  private func closure(
    of root: Descriptor,
    neededBy image: String,
    _ leftOut: inout [Descriptor]
  ) throws(BundleError) -> [Digest: StoredContent] {
    var found: [Digest: StoredContent] = [:]
    var pending = ManifestClosure()
    // The tree is walked with what is there; what it then lacks is seen at the end.
    try Self.refusing { () throws(OCIError) in try pending.add(root) }
    while let descriptor = pending.next() {
      guard let blob = blob(descriptor.digest) else {
        pending.leaveOut(descriptor)
        continue
      }
      let content = StoredContent(blob)
      found[descriptor.digest] = content
      let bytes = try content.bytes(limits: limits)
      try Self.refusing { () throws(OCIError) in
        let manifest = try bytes.withBytes { (bytes) throws(OCIError) in
          try Manifest.parse(bytes, declared: descriptor.mediaType, limits: limits)
        }
        try pending.read(manifest, of: descriptor)
      }
    }
    for descriptor in pending.blobs {
      if let blob = blob(descriptor.digest) {
        guard blob.size == descriptor.size.bytes else {
          throw .sizeDiffers(descriptor.digest, named: descriptor.size.bytes, found: blob.size)
        }
        found[descriptor.digest] = StoredContent(blob)
      } else if !descriptor.mediaType.isNonDistributable {
        throw .contentMissing(descriptor.digest, neededBy: image)
      }
    }
    leftOut += pending.leftOut
    return found
  }

  private static func refusing(_ body: () throws(OCIError) -> Void) throws(BundleError) {
    do throws(OCIError) { try body() } catch { throw .documentRefused("a manifest", reason: "\(error)") }
  }
}

extension RegistryDirectory {
  private func blob(_ digest: Digest) -> Blob? {
    let path = "\(root)/blobs/\(digest.algorithm.name)/\(digest.hex.prefix(2))/\(digest.hex)/data"
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Blob(path: path, size: Int64(status.st_size))
  }

  /// The digest in a `link` file; nil if there is none.
  private func link(_ path: String) -> Digest? {
    guard let file = try? OpenFile(path: path), let bytes = try? file.read(at: 0, count: 256) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self).prefix { !$0.isWhitespace }
    return try? Digest(parsing: text)
  }

  private func revisions(in directory: String) throws(BundleError) -> Set<Digest> {
    var digests: Set<Digest> = []
    for algorithm in DigestAlgorithm.allCases {
      for hex in try Self.names(in: "\(directory)/revisions/\(algorithm.name)") {
        guard let digest = try? Digest(parsing: "\(algorithm.name):\(hex)") else { continue }
        // A deleted revision keeps its directory and loses its link.
        if link("\(directory)/revisions/\(algorithm.name)/\(hex)/link") == digest { digests.insert(digest) }
      }
    }
    return digests
  }

  /// Every directory that holds `_manifests`, as the name of a repository.
  private func repositoryNames() throws(BundleError) -> [RepositoryName] {
    var found: [RepositoryName] = []
    var waiting = [""]
    while let prefix = waiting.popLast() {
      for entry in try Self.names(in: "\(root)/repositories/\(prefix)") {
        if entry == "_manifests" {
          if let name = try? RepositoryName(parsing: prefix.dropLast()) { found.append(name) }
        } else if !entry.hasPrefix("_"), (try? RepositoryName(parsing: prefix + entry)) != nil,
          Self.isDirectory("\(root)/repositories/\(prefix)\(entry)")
        {
          waiting.append("\(prefix)\(entry)/")
        }
      }
    }
    return found.sorted()
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a directory, sorted; none if there is no such directory.
  private static func names(in path: String) throws(BundleError) -> [String] {
    guard let directory = opendir(path) else {
      if errno == ENOENT { return [] }
      throw .system(path)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
