extension Descriptor {
  private static let names = KnownNames("mediaType", "digest", "size", "artifactType", "annotations", "platform")

  /// Reads a descriptor (image-spec §Descriptors).
  ///
  /// Nil if its digest is well-formed but of an algorithm that Berth cannot verify: such content is never served, yet
  /// a document that names it still is.
  ///
  /// - Throws: `OCIError.invalidManifest` without a size that could be a blob's (see `RemoteSize`),
  ///   `OCIError.invalidDigest` for a broken digest.
  init?(json: JSONValue, limits: Limits) throws(OCIError) {
    guard let object = json.object else { throw .invalidManifest("a descriptor is not an object") }
    try Self.names.refuseLookalikes(in: object)
    guard let digestText = object["digest"]?.string else {
      throw .invalidManifest("a descriptor without a digest")
    }
    size = try RemoteSize(parsing: object["size"], limits: limits)
    do {
      digest = try Digest(parsing: digestText)
    } catch .unsupportedDigestAlgorithm {
      return nil
    }
    mediaType = object["mediaType"]?.string.flatMap { MediaType(parsing: $0) } ?? .octetStream
    artifactType = object["artifactType"]?.string.flatMap { MediaType(parsing: $0) }
    annotations = object["annotations"]?.object?.strings ?? [:]
    platform = object["platform"]?.object.flatMap { Platform(json: $0) }
  }

  /// The descriptor as it stands in an index.
  public var json: JSONValue {
    var object = JSONObject()
    object.append("mediaType", .string(mediaType.description))
    object.append("digest", .string(digest.description))
    object.append("size", .number("\(size)"))
    if let artifactType { object.append("artifactType", .string(artifactType.description)) }
    if !annotations.isEmpty {
      let members = annotations.sorted { $0.key < $1.key }
        .map { JSONObject.Member(name: $0.key, value: .string($0.value)) }
      object.append("annotations", .object(JSONObject(members)))
    }
    if let platform { object.append("platform", platform.json) }
    return .object(object)
  }
}

extension RemoteSize {
  /// Reads the `size` of a descriptor: a whole number of bytes, from nothing to the largest blob (image-spec §Descriptors).
  ///
  /// - Throws: `OCIError.invalidManifest`, which names what was found, for anything else: a negative number, one with a
  ///   fraction or an exponent, text, one above `limits.maxBlobBytes`.
  init(parsing value: JSONValue?, limits: Limits) throws(OCIError) {
    guard let value else { throw .invalidManifest("a descriptor without a size") }
    guard case .number(let text) = value else { throw .invalidManifest("the size of a descriptor is no number") }
    guard text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: "-") }) else {
      throw .invalidManifest("the size of a descriptor is \(PrintableText.excerpt(text)), not a whole number of bytes")
    }
    guard let bytes = Int64(text), bytes <= limits.maxBlobBytes || text.hasPrefix("-") else {
      throw .invalidManifest(
        "the size of a descriptor is \(PrintableText.excerpt(text)) bytes; at most \(limits.maxBlobBytes) are taken"
      )
    }
    guard bytes >= 0, !text.hasPrefix("-") else {
      throw .invalidManifest("the size of a descriptor is \(PrintableText.excerpt(text)), less than nothing")
    }
    self.bytes = bytes
  }
}

extension Platform {
  /// Reads the `platform` of a descriptor, or an image's configuration, which has the same members (image-spec §Image
  /// Configuration); nil without the two that the specification requires.
  public init?(json object: JSONObject) {
    guard let os = object["os"]?.string, let architecture = object["architecture"]?.string else { return nil }
    self.init(
      os: os,
      architecture: architecture,
      variant: object["variant"]?.string,
      osVersion: object["os.version"]?.string
    )
  }

  fileprivate var json: JSONValue {
    var object = JSONObject()
    object.append("architecture", .string(architecture))
    object.append("os", .string(os))
    if let osVersion { object.append("os.version", .string(osVersion)) }
    if let variant { object.append("variant", .string(variant)) }
    return .object(object)
  }
}

extension JSONObject {
  /// The members whose values are strings; others are none of an annotation map's (image-spec §Annotations).
  var strings: [String: String] {
    Dictionary(
      members.compactMap { member in member.value.string.map { (member.name, $0) } },
      uniquingKeysWith: { first, _ in first }
    )
  }
}
