public import Access

/// What the file says of who may do what.
public enum AccessSettings: Sendable, Equatable {
  /// Nothing: everybody may pull.
  case unset
  /// `access: open`: everybody may pull, push, overwrite and delete, and nobody is asked who they are.
  case open
  /// Rules, and where those who are known to them stand.
  case rules(AccessRules)
}

/// The section `access` where it has rules.
public struct AccessRules: Sendable, Equatable {
  /// The password file. Default: none.
  public var htpasswd: String?
  /// The file of machine tokens. Default: none.
  public var tokens: String?
  /// Which client certificates stand for whom. Default: none do.
  public var clientCertificates: ClientCertificateSettings?
  /// Whose JWTs are taken. Default: nobody's.
  public var issuers: [IssuerSettings] = []
  /// Rules and groups.
  public var policy: AccessPolicy

  /// These rules, and nobody who is known to them.
  public init(policy: AccessPolicy) { self.policy = policy }
}

/// Client certificates as identities.
public struct ClientCertificateSettings: Sendable, Equatable {
  /// The PEM file of the authorities whose certificates count.
  public var authority: String
  /// Where a certificate says whose it is. Default: its URI.
  public var identity = CertificateRule.NameSource.uri
  /// The file that lists certificates which count no more. Default: none.
  public var denied: String?

  /// Certificates of an authority.
  public init(authority: String) { self.authority = authority }
}

/// Somebody whose JWTs are taken.
public struct IssuerSettings: Sendable, Equatable {
  /// What stands in `iss`, to the letter.
  public var issuer: String
  /// What has to stand in `aud`: a name of this Berth.
  public var audience: String
  /// Claims that a token must have, each with its value; never empty.
  public var require: [String: String]
  /// What the subject is called, made of claims.
  public var subject: SubjectTemplate
  /// A file with the issuer's keys (a JWK set); nil fetches them from the issuer.
  public var keys: String?

  /// An issuer with these values.
  public init(
    issuer: String,
    audience: String,
    require: [String: String],
    subject: SubjectTemplate,
    keys: String? = nil
  ) {
    (self.issuer, self.audience, self.require) = (issuer, audience, require)
    (self.subject, self.keys) = (subject, keys)
  }
}

/// Who may use the admin listener. Empty lists are nobody.
public struct AdminUsers: Sendable, Equatable {
  /// Who gives orders. Default: none.
  public var users: [Who] = []
  /// Who looks. Default: none.
  public var readers: [Who] = []

  /// Nobody.
  public init() {}

  /// Whether neither list is there.
  public var isEmpty: Bool { users.isEmpty && readers.isEmpty }
}
