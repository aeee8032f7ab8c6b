/// One line of the policy: who may do what with which repositories, from where.
public struct Rule: Hashable, Sendable {
  /// Whom it is for: any of these.
  public var who: [Who]
  /// Which repositories, by canonical name: any of these.
  public var repositories: [NamePattern]
  /// What it allows.
  public var allowed: Actions
  /// Where requests must come from, if that matters: any of these.
  public var from: [OriginPattern]?

  /// A rule of these parts.
  public init(who: [Who], repositories: [NamePattern], allowed: Actions, from: [OriginPattern]? = nil) {
    (self.who, self.repositories, self.allowed, self.from) = (who, repositories, allowed, from)
  }
}

/// Whom a rule, or a group, is for.
public enum Who: Hashable, Sendable {
  /// Whoever asks without a credential. What they may, those with one may too.
  case anonymous
  /// Whoever has shown a credential.
  case authenticated
  /// The members of a group.
  case group(String)
  /// Subjects whose name fits.
  case named(NamePattern)

  /// Whether a group can be called that.
  public static func isGroupName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 128
      && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "*") }
  }

  /// Reads `anonymous`, `authenticated`, `group:NAME`, a name, or a pattern of names such as `ci:acme/*`.
  /// - Throws: ``AccessError/invalidWho(_:)``.
  public init(parsing text: String) throws(AccessError) {
    switch text {
    case "anonymous": self = .anonymous
    case "authenticated": self = .authenticated
    case _ where text.hasPrefix("group:"):
      let name = String(text.dropFirst("group:".count))
      guard Self.isGroupName(name) else { throw .invalidWho(text) }
      self = .group(name)
    default:
      guard let pattern = NamePattern(parsing: text, allowsEmptySegments: true), !text.contains(where: \.isWhitespace)
      else {
        throw .invalidWho(text)
      }
      self = .named(pattern)
    }
  }
}

extension Who: CustomStringConvertible {
  /// As it is written.
  public var description: String {
    switch self {
    case .anonymous: "anonymous"
    case .authenticated: "authenticated"
    case .group(let name): "group:\(name)"
    case .named(let pattern): pattern.description
    }
  }
}
