/// A media type without its parameters, in lower case (RFC 6838 §4.2: names are case-insensitive).
public struct MediaType: Hashable, Sendable {
  /// `type/subtype`.
  public let description: String

  /// Longest media type read, in bytes (RFC 6838 §4.2: 127 for each part).
  public static let maxLength = 255

  /// Reads `type/subtype`; parameters behind a semicolon are dropped (distribution-spec §Pulling manifests: the
  /// Content-Type SHOULD NOT carry any). Nil if either part is not a token (RFC 9110 §8.3.1).
  public init?(parsing text: some StringProtocol) {
    guard let essence = text.withUTF8Bytes(Self.essence) else { return nil }
    description = essence
  }

  private static func essence(of field: UnsafeBufferPointer<UInt8>) -> String? {
    var bytes = field[..<(field.firstIndex(of: UInt8(ascii: ";")) ?? field.endIndex)]
    while bytes.first?.isFieldWhitespace == true { bytes.removeFirst() }
    while bytes.last?.isFieldWhitespace == true { bytes.removeLast() }
    guard bytes.count <= maxLength, let slash = bytes.firstIndex(of: UInt8(ascii: "/")),
      slash > bytes.startIndex, slash + 1 < bytes.endIndex,
      bytes[..<slash].allSatisfy(\.isTokenCharacter), bytes[(slash + 1)...].allSatisfy(\.isTokenCharacter)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self).lowercasedASCII
  }

  private init(known text: String) { description = text }
}

extension MediaType: CustomStringConvertible {
  /// image-spec: an index of manifests.
  public static let ociIndex = MediaType(known: "application/vnd.oci.image.index.v1+json")
  /// image-spec: a manifest.
  public static let ociManifest = MediaType(known: "application/vnd.oci.image.manifest.v1+json")
  /// image-spec: the configuration of an image.
  public static let ociImageConfig = MediaType(known: "application/vnd.oci.image.config.v1+json")
  /// image-spec: `{}`, where a descriptor is asked for and there is nothing to say.
  public static let ociEmptyJSON = MediaType(known: "application/vnd.oci.empty.v1+json")
  /// Docker's index, schema 2.
  public static let dockerManifestList = MediaType(known: "application/vnd.docker.distribution.manifest.list.v2+json")
  /// Docker's manifest, schema 2.
  public static let dockerManifest = MediaType(known: "application/vnd.docker.distribution.manifest.v2+json")
  /// Docker's first manifest: layers by digest only, no sizes. Passed through, never acted upon.
  public static let dockerManifestV1 = MediaType(known: "application/vnd.docker.distribution.manifest.v1+json")
  /// The same, wrapped in a JSON signature.
  public static let dockerManifestV1Signed =
    MediaType(known: "application/vnd.docker.distribution.manifest.v1+prettyjws")
  /// Docker's configuration of an image.
  public static let dockerImageConfig = MediaType(known: "application/vnd.docker.container.image.v1+json")
  /// JSON of no particular kind.
  public static let json = MediaType(known: "application/json")
  /// Bytes of no particular kind; what a blob is served as.
  public static let octetStream = MediaType(known: "application/octet-stream")

  /// An index or a manifest list: its children are manifests.
  public var isIndex: Bool { self == .ociIndex || self == .dockerManifestList }

  /// A manifest with a configuration and layers.
  public var isImageManifest: Bool { self == .ociManifest || self == .dockerManifest }

  /// The type to send it under: itself, if it is one that no browser makes a page, a script or a picture of; else bytes of
  /// no particular kind. What an upstream calls `text/html` must not become a page of this origin.
  public var servable: MediaType {
    let isVendors = description.hasPrefix("application/vnd.") && !description.hasSuffix("+xml")
    let isJSON = description.hasPrefix("application/") && description.hasSuffix("+json")
    return isVendors || isJSON || self == .json ? self : .octetStream
  }

  /// Docker's first schema, bare or signed.
  public var isSchema1: Bool { self == .dockerManifestV1 || self == .dockerManifestV1Signed }

  /// The value of `Accept` in every manifest request to an upstream.
  ///
  /// Always the same full list: registries choose by it what a tag means, and some do not understand `*/*` alone.
  public static let manifestAccept = [
    ociIndex.description, dockerManifestList.description, ociManifest.description, dockerManifest.description,
    "*/*;q=0.1",
  ].joined(separator: ", ")
}
