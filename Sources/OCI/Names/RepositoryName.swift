/// The name of a repository within its registry, such as `library/alpine`.
public struct RepositoryName: Hashable, Sendable {
  /// The name as text: ASCII, 1 to 255 bytes.
  public let description: String

  /// Longest name, in bytes. distribution-spec §Pulling manifests, implementer's note: many clients limit host and
  /// name together to 255.
  public static let maxLength = 255

  /// Reads a name by the grammar of distribution-spec §Pulling manifests:
  /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`.
  ///
  /// - Throws: `OCIError.invalidRepositoryName`.
  public init(parsing text: some StringProtocol) throws(OCIError) {
    guard text.withUTF8Bytes(Self.isValid) else { throw .invalidRepositoryName(PrintableText.excerpt(text)) }
    description = String(text)
  }

  /// What stands before the next byte: a word, or the separator that has been read since.
  private enum Preceding { case slash, word, dot, underscore, twoUnderscores, dashes }

  private static func isValid(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var before = Preceding.slash
    var length = 0
    for byte in text {
      length += 1
      guard length <= maxLength else { return false }
      switch (byte, before) {
      case (_, _) where byte.isLowerAlphanumeric: before = .word
      case (UInt8(ascii: "/"), .word): before = .slash
      case (UInt8(ascii: "."), .word): before = .dot
      case (UInt8(ascii: "_"), .word): before = .underscore
      case (UInt8(ascii: "_"), .underscore): before = .twoUnderscores
      case (UInt8(ascii: "-"), .word), (UInt8(ascii: "-"), .dashes): before = .dashes
      default: return false
      }
    }
    return before == .word
  }

  /// The parts between the slashes; at least one.
  public var components: [Substring] { description.split(separator: "/") }
}

extension RepositoryName: Comparable, CustomStringConvertible {
  /// Bytewise order.
  public static func < (left: RepositoryName, right: RepositoryName) -> Bool { left.description < right.description }
}
