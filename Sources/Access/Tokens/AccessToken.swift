public import OCI

/// What Berth's own token service hands out: who has shown a credential, what they asked for, and until when that counts.
///
/// It holds no rights. Those are judged when it is used, by the policy of that moment, and cut to the scopes: so that a change of
/// the policy counts at once, and nothing has to be stored.
public struct AccessToken: Sendable, Hashable {
  /// Who.
  public var subject: Subject
  /// Which credential was shown; empty for anonymous clients. A token ends with its credential.
  public var credential: String
  /// What was asked for; nothing else can be done with it.
  public var scopes: [Scope]
  /// When it ends, in seconds since 1970.
  public var expiresAt: Int64

  /// A token that says this.
  public init(subject: Subject, credential: String, scopes: [Scope], expiresAt: Int64) {
    (self.subject, self.credential, self.scopes, self.expiresAt) = (subject, credential, scopes, expiresAt)
  }

  /// What the scopes let be done with a repository, by the name that the client has for it: the union of all that name it.
  /// A scope without a known action gives none.
  public func scopedActions(on name: String) -> Actions { Self.actions(of: scopes, on: name) }

  /// What scopes let be done with a repository, by the client's name for it.
  static func actions(of scopes: [Scope], on name: String) -> Actions {
    scopes.reduce(into: Actions()) { actions, scope in
      guard scope.type == "repository", scope.name == name else { return }
      for word in scope.actions { actions.formUnion(meaning(of: word)) }
    }
  }

  /// What clients' words for actions cover (distribution, token scope documentation). They have none for overwriting.
  private static func meaning(of word: String) -> Actions {
    switch word {
    case "pull": .pull
    case "push": [.push, .overwrite]
    case "delete": .delete
    case "*": .all
    default: []
    }
  }
}

/// Makes and reads ``AccessToken``s: `1.CLAIMS.CODE`, the last two in base64url, the code an HMAC over all before it.
///
/// There is one algorithm, and nothing in a token chooses it.
public struct AccessTokenCoder: Sendable {
  /// Longest token that is read, in bytes.
  public static let maxBytes = 16 << 10
  /// Shortest key, in bytes.
  public static let leastKeyBytes = 32

  /// Why a token is not taken.
  public enum Refusal: Error, Hashable, Sendable {
    /// It is not one of ours: made elsewhere, changed, or by another key.
    case invalid
    /// It was right once.
    case expired
  }

  private static let version = "1"
  private let messageCode: MessageCode
  private let limits: Limits

  /// - Parameter key: chance that all who are to take these tokens share; nil if it is too short.
  public init?(key: [UInt8], limits: Limits) {
    guard key.count >= Self.leastKeyBytes else { return nil }
    messageCode = MessageCode(key: key)
    self.limits = limits
  }

  /// The token's text.
  public func encode(_ token: AccessToken) -> Secret {
    let claims = JSONObject([
      .init(name: "sub", value: Self.value(of: token.subject)),
      .init(name: "cred", value: .string(token.credential)),
      .init(name: "scope", value: .array(token.scopes.map { .string($0.description) })),
      .init(name: "exp", value: .number(String(token.expiresAt))),
    ])
    let signed = "\(Self.version).\(Base64URL.encode(JSONText.render(.object(claims))))"
    return Secret("\(signed).\(Base64URL.encode(messageCode.code(of: Array(signed.utf8))))")
  }

  /// What a token says, once it is sure that this service, or one with its key, said it.
  public func decode(_ text: String, at now: Int64) throws(Refusal) -> AccessToken {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= Self.maxBytes, parts.count == 3, parts[0] == Self.version,
      let code = Base64URL.decode(parts[2]), messageCode.isRight(code, for: Array("\(parts[0]).\(parts[1])".utf8)),
      let claims = Base64URL.decode(parts[1]), let token = read(claims)
    else { throw .invalid }
    guard token.expiresAt > now else { throw .expired }
    return token
  }

  private func read(_ claims: [UInt8]) -> AccessToken? {
    guard let object = try? StrictJSON.parse(claims, maxBytes: Self.maxBytes, limits: limits).object,
      let subject = object["sub"].flatMap(Self.subject), let credential = object["cred"]?.string,
      let scopes = object["scope"]?.array, let end = object["exp"]?.int64
    else { return nil }
    let read = scopes.compactMap { $0.string.flatMap { try? Scope(parsing: $0) } }
    guard read.count == scopes.count else { return nil }
    return AccessToken(subject: subject, credential: credential, scopes: read, expiresAt: end)
  }

  private static func value(of subject: Subject) -> JSONValue {
    switch subject {
    case .anonymous: .null
    case .named(let name): .string(name.description)
    }
  }

  private static func subject(_ value: JSONValue) -> Subject? {
    if case .null = value { return .anonymous }
    return value.string.flatMap { Subject.Name($0) }.map(Subject.named)
  }
}
