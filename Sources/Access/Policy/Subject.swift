/// Who a request is from, once that is established.
///
/// Names of different sources never meet: a user of a password file has a bare name, all others a prefix (`cert:`, `token:`,
/// or what an issuer's `as` begins with), and a bare name has no colon.
public enum Subject: Hashable, Sendable {
  /// Nobody said who.
  case anonymous
  /// Somebody who showed a credential.
  case named(Name)

  /// A subject's name, as rules and audit lines have it.
  public struct Name: Hashable, Sendable, CustomStringConvertible {
    /// Longest name, in bytes.
    public static let maxBytes = 512

    /// The name.
    public let description: String

    /// Reads a name; nil if it is empty or too long, has white space, control or wildcard characters, or is a word that rules
    /// have a meaning of their own for (`anonymous`, `authenticated`, `group:…`).
    public init?(_ text: some StringProtocol) {
      guard (1...Self.maxBytes).contains(text.utf8.count), text.unicodeScalars.allSatisfy(Self.isAllowed),
        !Self.reserved.contains(String(text)), !text.hasPrefix("group:")
      else { return nil }
      description = String(text)
    }

    /// Whether it is one that a password file can hold.
    public var isBare: Bool { !description.utf8.contains(UInt8(ascii: ":")) }

    private static let reserved: Set<String> = ["anonymous", "authenticated"]

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
      !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control && scalar != "*" && scalar != "?"
        && scalar.properties.generalCategory != .format
    }
  }
}

extension Subject: CustomStringConvertible {
  /// The name, or `anonymous`.
  public var description: String {
    switch self {
    case .anonymous: "anonymous"
    case .named(let name): name.description
    }
  }
}
