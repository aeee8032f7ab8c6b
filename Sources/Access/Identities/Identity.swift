public import OCI

/// Who a request is from, and how that is known.
public struct Identity: Sendable, Hashable {
  /// Whom rules are asked about.
  public let subject: Subject
  /// What was shown.
  public let credential: CredentialID
  /// All that may be asked for, where a short token was shown; nil where nothing cuts what the rules allow.
  public let scopes: [Scope]?
  /// When the credential ends, in seconds since 1970; nil: not by itself.
  public let endsAt: Int64?

  /// Somebody with a credential.
  public init(subject: Subject, credential: CredentialID, scopes: [Scope]? = nil, endsAt: Int64? = nil) {
    (self.subject, self.credential, self.scopes, self.endsAt) = (subject, credential, scopes, endsAt)
  }

  /// Who shows nothing.
  public static let anonymous = Identity(subject: .anonymous, credential: .none)

  /// Whether a credential was shown.
  public var isNamed: Bool { subject != .anonymous }
}

/// Which credential was shown: what an audit line names, and what a short token ends with.
public struct CredentialID: Sendable, Hashable {
  /// What kind of thing it is.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// Nothing was shown.
    case anonymous
    /// A user and a password of the password file.
    case htpasswd
    /// A machine token.
    case token
    /// A client's certificate.
    case certificate
    /// A JWT of an issuer.
    case jwt
  }

  /// What kind of thing it is.
  public let method: Method
  /// The user, the token's id, the hash of the certificate's key, or the issuer.
  public let name: String
  /// Changes with the secret, and does not show it.
  public let generation: String

  /// Nothing was shown.
  public static let none = CredentialID(method: .anonymous, name: "", generation: "")

  /// A credential's name; a generation has no blank.
  init(method: Method, name: String, generation: String) {
    (self.method, self.name, self.generation) = (method, name, generation)
  }

  /// Reads what ``text`` writes.
  init?(text: String) {
    let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let method = Method(rawValue: String(parts[0])) else { return nil }
    self.init(method: method, name: String(parts[2]), generation: String(parts[1]))
  }

  /// All of it, as short tokens carry it.
  var text: String { "\(method.rawValue) \(generation) \(name)" }
}

extension CredentialID: CustomStringConvertible {
  /// `htpasswd:ann`, as audit lines have it.
  public var description: String { name.isEmpty ? method.rawValue : "\(method.rawValue):\(name)" }
}

/// Why somebody is not who they say they are.
public enum IdentityRefusal: Error, Sendable, Hashable {
  /// A password, token or certificate that is not right, or not any more: 401, also where nothing had to be shown.
  case wrong
  /// A short token that was right until its time was over: 401 with `invalid_token`, after which clients fetch another.
  case expired
  /// Too many that were wrong came from there: 429. Nothing was looked at.
  case limited(retryAfter: Duration)
  /// More passwords wait to be checked than can be: 429.
  case busy(retryAfter: Duration)
}
