/// What a token allows: `repository:library/alpine:pull` (distribution, token scope documentation).
public struct Scope: Sendable, Hashable {
  /// The type of the resource, `repository` or `registry`; a class in parentheses is dropped, as nobody uses it.
  public let type: String
  /// The resource's name. It may begin with a host and port.
  public let name: String
  /// What may be done, in the order written.
  public let actions: [String]

  /// Reads `type:name:action,action`, split at the first and at the last colon, because a name may hold one.
  ///
  /// - Throws: `OCIError.invalidScope`.
  public init(parsing text: some StringProtocol) throws(OCIError) {
    let text = String(text)
    guard let first = text.utf8.firstIndex(of: UInt8(ascii: ":")),
      let last = text.utf8.lastIndex(of: UInt8(ascii: ":")),
      first < last, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw .invalidScope(PrintableText.excerpt(text)) }
    let type = text[..<first].prefix { $0 != "(" }
    let name = text[text.utf8.index(after: first)..<last]
    let actions = text[text.utf8.index(after: last)...].split(separator: ",", omittingEmptySubsequences: true)
    guard !type.isEmpty, type.utf8.allSatisfy(\.isLowerAlphanumeric), !name.isEmpty else {
      throw .invalidScope(PrintableText.excerpt(text))
    }
    (self.type, self.name, self.actions) = (String(type), String(name), actions.map(String.init))
  }

  private init(type: String, name: String, actions: [String]) {
    (self.type, self.name, self.actions) = (type, name, actions)
  }

  /// Leave to pull from a repository: all that a proxied name ever needs.
  public static func pull(_ name: RepositoryName) -> Scope {
    Scope(type: "repository", name: name.description, actions: ["pull"])
  }
}

extension Scope: CustomStringConvertible {
  /// The text as it stands in a token request.
  public var description: String { "\(type):\(name):\(actions.joined(separator: ","))" }
}
