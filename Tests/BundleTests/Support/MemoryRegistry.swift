import OCI

@testable import Bundle

/// A registry with one repository, in memory.
struct MemoryRegistry: ImageSource {
  let repository: Repository
  var manifests: [Digest: SourceManifest] = [:]
  var tagged: [Tag: Digest] = [:]
  var blobs: [Digest: [UInt8]] = [:]
  var referrersOf: [Digest: [Descriptor]] = [:]

  init(_ name: String) throws { repository = try Repository(parsing: name) }

  /// Adds an image of these layers.
  @discardableResult
  mutating func add(_ layers: [String], tag: String? = nil, subject: Descriptor? = nil) throws -> Descriptor {
    let config = put(Array("{}".utf8), .ociImageConfig)
    let layers = layers.map { put(Array($0.utf8), .octetStream) }
    var manifest: [JSONObject.Member] = [
      .init(name: "schemaVersion", value: 2),
      .init(name: "mediaType", value: .string("\(MediaType.ociManifest)")),
      .init(name: "config", value: config.json),
      .init(name: "layers", value: .array(layers.map(\.json))),
    ]
    if let subject { manifest.append(.init(name: "subject", value: subject.json)) }
    let bytes = JSONText.render(.object(JSONObject(manifest)))
    let descriptor = Descriptor(
      mediaType: .ociManifest,
      digest: Digest.of(bytes),
      size: RemoteSize(clamping: bytes.count)
    )
    manifests[descriptor.digest] = SourceManifest(digest: descriptor.digest, mediaType: .ociManifest, bytes: bytes)
    if let tag { tagged[try Tag(parsing: tag)] = descriptor.digest }
    if let subject { referrersOf[subject.digest, default: []].append(descriptor) }
    return descriptor
  }

  private mutating func put(_ bytes: [UInt8], _ type: MediaType) -> Descriptor {
    let digest = Digest.of(bytes)
    blobs[digest] = bytes
    return Descriptor(mediaType: type, digest: digest, size: RemoteSize(clamping: bytes.count))
  }

  func manifest(_ reference: Reference, in repository: Repository) async throws(BundleError) -> SourceManifest? {
    switch reference {
    case .digest(let digest): manifests[digest]
    case .tag(let tag): tagged[tag].flatMap { manifests[$0] }
    }
  }

  func tags(in repository: Repository) async throws(BundleError) -> Set<Tag> { Set(tagged.keys) }

  func referrers(of subject: Digest, in repository: Repository) async throws(BundleError) -> [Descriptor] {
    referrersOf[subject] ?? []
  }

  func blob(
    _ digest: Digest,
    in repository: Repository,
    take: (UnsafeRawBufferPointer) throws(BundleError) -> Void
  ) async throws(BundleError) -> Bool {
    guard let bytes = blobs[digest] else { return false }
    // In pieces, as a network brings them.
    for start in stride(from: 0, to: bytes.count, by: 3) {
      try Array(bytes[start..<min(bytes.count, start + 3)]).withBytes { (piece) throws(BundleError) in try take(piece) }
    }
    return true
  }
}
