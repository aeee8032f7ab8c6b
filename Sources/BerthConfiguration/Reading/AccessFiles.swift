public import Access
import OCI

/// Reads the files that say who is known: as a whole, or not at all.
public enum AccessFiles {
  /// All that decides, as the configuration and its files have it now. It blocks on the disk.
  /// - Throws: the first file that cannot be used.
  public static func snapshot(_ settings: AccessSettings) throws(AccessFileError) -> AccessSnapshot {
    switch settings {
    case .unset: return .unset
    case .open: return .open
    case .rules(let rules):
      return AccessSnapshot(
        policy: rules.policy,
        passwords: try rules.htpasswd.map(passwords) ?? .empty,
        tokens: try rules.tokens.map(tokens) ?? .empty,
        certificates: try rules.clientCertificates.map(certificates),
        issuers: try rules.issuers.map(issuer).compactMap(\.self)
      )
    }
  }

  /// Users with their hashes.
  static func passwords(_ path: String) throws(AccessFileError) -> PasswordFile {
    let text = try text(path, maxBytes: PasswordFile.maxBytes)
    do throws(AccessError) { return try PasswordFile(parsing: text) } catch {
      throw AccessFileError(path, "\(error)")
    }
  }

  /// Machine tokens.
  static func tokens(_ path: String) throws(AccessFileError) -> TokenTable {
    let records = try TokenFile.read(path).records
    do throws(AccessError) { return try TokenTable(records.map(\.entry)) } catch {
      throw AccessFileError(path, "\(error)")
    }
  }

  private static func issuer(_ settings: IssuerSettings) throws(AccessFileError) -> TrustedIssuer? {
    TrustedIssuer(
      issuer: settings.issuer,
      audience: settings.audience,
      require: settings.require,
      subject: settings.subject,
      keys: try settings.keys.map(issuerKeys)
    )
  }

  /// An issuer's keys.
  static func issuerKeys(_ path: String) throws(AccessFileError) -> JSONWebKeySet {
    let text = try text(path, maxBytes: JSONWebKeySet.maxBytes)
    do throws(JSONWebKeySet.Problem) { return try JSONWebKeySet(parsing: Array(text.utf8)) } catch {
      throw AccessFileError(path, "\(error)")
    }
  }

  private static func certificates(_ settings: ClientCertificateSettings) throws(AccessFileError) -> CertificateRule {
    CertificateRule(source: settings.identity, denied: try settings.denied.map(deniedCertificates) ?? .none)
  }

  /// Certificates that count no more: `sha256:HEX` of a public key, or `serial:HEX`, one a line.
  static func deniedCertificates(_ path: String) throws(AccessFileError) -> CertificateRule.Denied {
    let text = try text(path, maxBytes: PasswordFile.maxBytes)
    var denied = CertificateRule.Denied.none
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let entry = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
      if entry.isEmpty { continue }
      if let digest = try? Digest(parsing: entry), digest.algorithm == .sha256 {
        denied.keys.insert(digest)
      } else if entry.hasPrefix("serial:"), let serial = serial(entry.dropFirst("serial:".count)) {
        denied.serials.insert(serial)
      } else {
        throw AccessFileError(
          path,
          "line \(index + 1): expected sha256: with 64 hexadecimal digits (of the public key), or serial: with the certificate's "
            + "number in hexadecimal"
        )
      }
    }
    return denied
  }

  /// As `openssl x509 -serial` prints it, with or without colons.
  private static func serial(_ text: Substring) -> String? {
    let digits = text.filter { $0 != ":" }.lowercased()
    guard (1...64).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 &- 48 < 10 || $0 &- 97 < 6 }) else {
      return nil
    }
    let significant = digits.drop { $0 == "0" }
    return significant.isEmpty ? "0" : String(significant)
  }

  /// The text of a file of a bounded length.
  static func text(_ path: String, maxBytes: Int) throws(AccessFileError) -> String {
    do throws(ConfigurationError) {
      return try SourceFile.read(path, maxBytes: maxBytes).text
    } catch {
      throw AccessFileError(path, error.problems.first?.message ?? "cannot be read")
    }
  }
}
