import OCI

/// One-byte codes of the common media types, so that a hit parses none. Codes are on disk: add, never change.
enum KnownMediaTypes {
  /// The record has no type.
  static let none: UInt8 = 0
  /// The type follows as text.
  static let spelledOut: UInt8 = 255

  private static let types: [MediaType] = [
    .ociIndex, .ociManifest, .dockerManifestList, .dockerManifest, .dockerManifestV1, .dockerManifestV1Signed,
    .octetStream,
  ]

  static func code(of type: MediaType?) -> UInt8 {
    guard let type else { return none }
    return types.firstIndex(of: type).map { UInt8($0 + 1) } ?? spelledOut
  }

  static func type(of code: UInt8) -> MediaType? {
    let index = Int(code) - 1
    return types.indices.contains(index) ? types[index] : nil
  }
}
