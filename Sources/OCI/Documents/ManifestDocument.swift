/// A manifest's JSON, and what its members say about what it is.
struct ManifestDocument {
  private let object: JSONObject

  private static let names = KnownNames(
    "schemaVersion",
    "mediaType",
    "config",
    "layers",
    "manifests",
    "subject",
    "artifactType",
    "annotations"
  )

  /// - Parameter maxBytes: longest document.
  init(parsing bytes: UnsafeRawBufferPointer, maxBytes: Int, limits: Limits) throws(OCIError) {
    let json = try StrictJSON.parse(bytes, maxBytes: maxBytes, limits: limits)
    guard let object = json.object else { throw .invalidManifest("not an object") }
    try self.init(object)
  }

  private init(_ object: JSONObject) throws(OCIError) {
    try Self.names.refuseLookalikes(in: object)
    self.object = object
  }

  /// The member, unless it is absent or `null`.
  private func member(_ name: String) -> JSONValue? {
    guard let value = object[name], !value.isNull else { return nil }
    return value
  }

  private func has(_ name: String) -> Bool { member(name) != nil }

  // MARK: What it is

  /// The type that the document itself, its sender, or its shape gives it.
  func mediaType(declared: MediaType?) throws(OCIError) -> MediaType {
    let declared = declared.flatMap { $0.saysNothing ? nil : $0 }
    if let value = member("mediaType") {
      guard let text = value.string, let stated = MediaType(parsing: text) else {
        throw .invalidManifest("mediaType is no media type")
      }
      guard declared == nil || declared == stated else {
        throw .invalidManifest("it calls itself \(stated), but came as \(declared ?? stated)")
      }
      return stated
    }
    if let declared { return declared }
    // image-spec: `mediaType` is optional in OCI documents, and required in Docker's.
    if has("manifests") { return .ociIndex }
    if has("config") { return .ociManifest }
    if isSchema1 { return has("signatures") ? .dockerManifestV1Signed : .dockerManifestV1 }
    throw .invalidManifest("nothing says what it is")
  }

  /// The shape that `mediaType` stands for; the document must have it.
  func kind(of mediaType: MediaType) throws(OCIError) -> Manifest.Kind {
    let hasIndexPart = has("manifests")
    let hasImagePart = has("layers") || has("config")
    guard !(hasIndexPart && hasImagePart) else { throw .invalidManifest("both an index and an image manifest") }
    if mediaType.isSchema1 {
      guard isSchema1, !hasIndexPart, !hasImagePart else { throw shapeMismatch(mediaType) }
      return .schema1
    }
    guard mediaType.isIndex || mediaType.isImageManifest else {
      guard !hasIndexPart, !has("layers") else { throw shapeMismatch(mediaType) }
      return .other
    }
    guard object["schemaVersion"].map({ $0.int64 == 2 }) ?? true else { throw .invalidManifest("not of schema 2") }
    if mediaType.isIndex {
      guard object["manifests"] != nil, !hasImagePart else { throw shapeMismatch(mediaType) }
      return .index
    }
    guard has("config"), !hasIndexPart else { throw shapeMismatch(mediaType) }
    return .image
  }

  private var isSchema1: Bool { object["schemaVersion"]?.int64 == 1 }

  private func shapeMismatch(_ mediaType: MediaType) -> OCIError {
    .invalidManifest("its members do not fit \(mediaType)")
  }

  // MARK: What it names

  /// One descriptor; nil if it is absent or cannot be verified.
  func descriptor(_ name: String, _ limits: Limits) throws(OCIError) -> Descriptor? {
    guard let value = member(name) else { return nil }
    return try Descriptor(json: value, limits: limits)
  }

  /// A list of descriptors, without those that cannot be verified.
  func descriptors(_ name: String, _ limits: Limits) throws(OCIError) -> [Descriptor] {
    var descriptors: [Descriptor] = []
    for element in try elements(name) {
      if let descriptor = try Descriptor(json: element, limits: limits) { descriptors.append(descriptor) }
    }
    return descriptors
  }

  /// The children of an index as they stand in it, without those that cannot be verified.
  func referrers(_ limits: Limits) throws(OCIError) -> [Referrer] {
    var referrers: [Referrer] = []
    for element in try elements("manifests") {
      if let referrer = try Referrer(json: element, limits: limits) { referrers.append(referrer) }
    }
    return referrers
  }

  private func elements(_ name: String) throws(OCIError) -> [JSONValue] {
    guard let value = member(name) else { return [] }
    guard let elements = value.array else { throw .invalidManifest("\(name) is not an array") }
    return elements
  }

  var configMediaType: MediaType? {
    member("config")?.object?["mediaType"]?.string.flatMap { MediaType(parsing: $0) }
  }

  var artifactType: MediaType? { member("artifactType")?.string.flatMap { MediaType(parsing: $0) } }

  var annotations: [String: String] { member("annotations")?.object?.strings ?? [:] }
}

extension MediaType {
  /// Types that servers give to whatever they do not know.
  fileprivate var saysNothing: Bool {
    self == .json || self == .octetStream || ["text/plain", "binary/octet-stream"].contains(description)
  }
}
