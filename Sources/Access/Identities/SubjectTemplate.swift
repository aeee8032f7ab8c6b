/// How a subject is called that an issuer vouches for: `ci:{repository}`, literal text with names of claims in braces.
///
/// It begins with literal text up to a colon at least, so that nobody whom an issuer names can have the name of somebody else.
public struct SubjectTemplate: Sendable, Hashable, CustomStringConvertible {
  /// Why a text is no template.
  public enum Problem: Error, Sendable, Hashable {
    /// It does not begin with a word and a colon.
    case noPrefix
    /// Its prefix means something else.
    case reservedPrefix(String)
    /// Braces that do not fit, or nothing between them.
    case braces
    /// No claim is in it: all whom the issuer names would be one.
    case noClaim
  }

  private enum Part: Sendable, Hashable {
    case literal(String)
    case claim(String)
  }

  /// The template as written.
  public let description: String
  /// The literal text that it begins with, up to and with the first colon: no other issuer may have it.
  public let prefix: String
  private let parts: [Part]

  private static let reserved: Set<String> = ["cert:", "token:", "group:"]

  /// Reads a template.
  public init(parsing text: String) throws(Problem) {
    var parts: [Part] = []
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else { throw .braces }
      let claim = rest[rest.index(after: open)..<close]
      guard !claim.isEmpty, !claim.contains("{") else { throw .braces }
      if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
      parts.append(.claim(String(claim)))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.literal(String(rest))) }
    guard case .literal(let start)? = parts.first, let colon = start.firstIndex(of: ":"), colon > start.startIndex,
      Subject.Name(start[...colon] + "x") != nil || Self.reserved.contains(String(start[...colon]))
    else { throw .noPrefix }
    let prefix = String(start[...colon])
    guard !Self.reserved.contains(prefix) else { throw .reservedPrefix(prefix) }
    guard parts.contains(where: { if case .claim = $0 { true } else { false } }) else { throw .noClaim }
    guard !parts.contains(where: { if case .literal(let text) = $0 { text.contains("}") } else { false } }) else {
      throw .braces
    }
    (description, self.prefix, self.parts) = (text, prefix, parts)
  }

  /// The claims that it is made of.
  public var claims: [String] {
    parts.compactMap { if case .claim(let name) = $0 { name } else { nil } }
  }

  /// The name that claims make; nil if one is not there or is empty, or if the whole is no name.
  func name(_ claim: (String) -> String?) -> Subject.Name? {
    var text = ""
    for part in parts {
      switch part {
      case .literal(let literal): text += literal
      case .claim(let name):
        guard let value = claim(name), !value.isEmpty else { return nil }
        text += value
      }
    }
    return Subject.Name(text)
  }
}

extension SubjectTemplate.Problem: CustomStringConvertible {
  /// What is wrong, and what to write.
  public var description: String {
    switch self {
    case .noPrefix:
      "begins with no literal prefix: write one that ends with a colon, such as ci:{repository}, so that the issuer cannot "
        + "name somebody else"
    case .reservedPrefix(let prefix): "the prefix '\(prefix)' is reserved: write another, such as ci:{repository}"
    case .braces: "has braces that do not hold the name of a claim: write {repository}"
    case .noClaim: "has no claim in it, so that all tokens would be one identity: write one in braces, such as {sub}"
    }
  }
}
