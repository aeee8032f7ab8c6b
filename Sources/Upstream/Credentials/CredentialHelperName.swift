/// The name of a credential helper: `ecr-login` for the program `docker-credential-ecr-login`.
///
/// Letters, digits, dot, hyphen and underscore, so that it can name nothing but a program on the search path.
public struct CredentialHelperName: Sendable, Hashable, CustomStringConvertible {
  /// The name as written.
  public let description: String

  /// Reads a name; nil if it is empty, longer than 64 characters, or has any other character.
  public init?(parsing text: some StringProtocol) {
    guard (1...64).contains(text.utf8.count), text.first != ".", text.utf8.allSatisfy(Self.isLegal) else { return nil }
    description = String(text)
  }

  /// The file name of the program (docker/docker-credential-helpers).
  public var program: String { "docker-credential-\(description)" }

  private static func isLegal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
