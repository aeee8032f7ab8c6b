internal import OCI

/// All that decides who somebody is and what they may do, as it was read at one time. A reload puts another one in its place.
public final class AccessSnapshot: Sendable {
  /// What the configuration says of access as a whole.
  public enum Mode: UInt8, Sendable, Hashable {
    /// Nothing (`access:` is not there): everybody may pull, and whoever is on this machine may do the rest.
    case unset
    /// `access: open`: everybody may do everything, and nobody is asked who they are.
    case open
    /// Rules decide.
    case rules
  }

  /// What the configuration says as a whole.
  public let mode: Mode
  /// The rules; without meaning unless `mode` is `rules`.
  public let policy: AccessPolicy
  /// Users with passwords.
  public let passwords: PasswordFile
  /// Machine tokens.
  public let tokens: TokenTable
  /// Which client certificates stand for whom; nil where none do.
  public let certificates: CertificateRule?
  /// Whose JWTs are taken.
  public let issuers: [TrustedIssuer]
  /// Changes with the issuers: what one set of them judged, another judges anew.
  let issuersFingerprint: String

  /// Everybody may pull, as without `access:`.
  public static let unset = AccessSnapshot(mode: .unset)
  /// Everybody may do everything.
  public static let open = AccessSnapshot(mode: .open)

  private init(mode: Mode) {
    self.mode = mode
    policy = .open
    (passwords, tokens, certificates) = (.empty, .empty, nil)
    (issuers, issuersFingerprint) = ([], "")
  }

  /// Rules, and who is known to them.
  public init(
    policy: AccessPolicy,
    passwords: PasswordFile = .empty,
    tokens: TokenTable = .empty,
    certificates: CertificateRule? = nil,
    issuers: [TrustedIssuer] = []
  ) {
    mode = .rules
    (self.policy, self.passwords, self.tokens) = (policy, passwords, tokens)
    self.certificates = certificates
    self.issuers = issuers
    issuersFingerprint = issuers.map(\.fingerprint).joined(separator: "\n")
  }

  /// Whether anybody is asked who they are: whether `/v2/` challenges, and credentials mean anything.
  public var asksWho: Bool { mode == .rules }

  /// Who shows this machine token; nil for one that is not known, has expired, or stands for a user who is gone.
  func identity(of token: MachineToken, at now: Int64, generation: (String) -> String) -> Identity? {
    guard let entry = tokens.find(token, at: now), stands(entry.subject) else { return nil }
    let credential = CredentialID(method: .token, name: entry.id, generation: generation(entry.hash.description))
    return Identity(subject: .named(entry.subject), credential: credential, endsAt: entry.expiresAt)
  }

  /// Who shows this certificate.
  func identity(of certificate: PresentedCertificate, at now: Int64) -> Identity? {
    guard let subject = certificates?.subject(of: certificate, at: now) else { return nil }
    return Identity(
      subject: .named(subject),
      credential: CredentialID(
        method: .certificate,
        name: certificate.keyHash.description,
        generation: certificate.serial
      ),
      endsAt: certificate.expiresAt
    )
  }

  /// A token for a user counts for as long as there is that user.
  private func stands(_ subject: Subject.Name) -> Bool { !subject.isBare || passwords.hash(of: subject) != nil }

  /// When the credential that a short token was given out for ends, `Int64.max` if not by itself; nil if it counts no more.
  func end(of credential: CredentialID, of subject: Subject, at now: Int64, generation: (String) -> String) -> Int64? {
    guard case .named(let name) = subject else { return credential == .none ? .max : nil }
    switch credential.method {
    case .anonymous:
      return nil
    case .htpasswd:
      return passwords.hash(of: name).flatMap { generation($0.text) == credential.generation ? .max : nil }
    case .token:
      guard stands(name) else { return nil }
      let secret = tokens.secrets(of: credential.name, at: now).first {
        $0.subject == name && generation($0.hash.description) == credential.generation
      }
      return secret.map { $0.expiresAt ?? .max }
    case .certificate:
      guard let denied = certificates?.denied, !denied.serials.contains(credential.generation) else { return nil }
      return denied.keys.contains { $0.description == credential.name } ? nil : .max
    case .jwt:
      return issuers.contains { generation($0.fingerprint) == credential.generation } ? .max : nil
    }
  }
}
