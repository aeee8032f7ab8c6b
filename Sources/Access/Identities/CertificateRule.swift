public import OCI

/// Which certificates stand for whom.
public struct CertificateRule: Sendable, Hashable {
  /// Where a certificate says who its holder is.
  public enum NameSource: String, Sendable, Hashable, CaseIterable {
    /// The URI among its alternative names: `spiffe://acme.example/builder`.
    case uri
    /// The DNS name among them.
    case dns
  }

  /// Certificates that count no more although their time is not over.
  public struct Denied: Sendable, Hashable {
    /// By the SHA-256 of their public keys.
    public var keys: Set<Digest>
    /// By their numbers, in lower-case hexadecimal without leading zeros.
    public var serials: Set<String>

    /// None.
    public static let none = Denied(keys: [], serials: [])

    /// These.
    public init(keys: Set<Digest>, serials: Set<String>) { (self.keys, self.serials) = (keys, serials) }

    /// Whether a certificate is among them.
    public func include(_ certificate: PresentedCertificate) -> Bool {
      keys.contains(certificate.keyHash) || serials.contains(certificate.serial)
    }
  }

  /// What such a subject's name begins with.
  static let prefix = "cert:"

  /// Where the name stands.
  public let source: NameSource
  /// Those that count no more.
  public let denied: Denied

  /// Names from `source`, but not of those that are `denied`.
  public init(source: NameSource, denied: Denied = .none) { (self.source, self.denied) = (source, denied) }

  /// Whom a certificate stands for; nil if it is denied, has ended, or has not exactly one name of the kind that counts: of two, the
  /// holder could choose.
  func subject(of certificate: PresentedCertificate, at now: Int64) -> Subject.Name? {
    let names = source == .uri ? certificate.uris : certificate.dnsNames
    guard names.count == 1, let name = names.first, certificate.expiresAt > now, !denied.include(certificate) else {
      return nil
    }
    return Subject.Name(Self.prefix + (source == .dns ? name.lowercased() : name))
  }
}
