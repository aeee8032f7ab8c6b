/// A movable name of a manifest, such as `3.20`.
public struct Tag: Hashable, Sendable {
  /// The tag as text: ASCII, 1 to 128 bytes.
  public let description: String

  /// Longest tag, in bytes.
  public static let maxLength = 128

  /// Reads a tag by distribution-spec §Pulling manifests: `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
  ///
  /// - Throws: `OCIError.invalidTag`.
  public init(parsing text: some StringProtocol) throws(OCIError) {
    guard text.withUTF8Bytes(Self.isValid) else { throw .invalidTag(PrintableText.excerpt(text)) }
    description = String(text)
  }

  /// A tag whose text follows the grammar by construction.
  init(unchecked text: String) { description = text }

  private static func isValid(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var length = 0
    for byte in text {
      length += 1
      let mayStart = byte.isAlphanumeric || byte == UInt8(ascii: "_")
      let mayFollow = mayStart || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      guard length <= maxLength, length == 1 ? mayStart : mayFollow else { return false }
    }
    return length > 0
  }
}

extension Tag: Comparable, CustomStringConvertible {
  /// Bytewise order, as tag lists MUST be sorted (distribution-spec §Listing Tags).
  public static func < (left: Tag, right: Tag) -> Bool { left.description < right.description }
}
