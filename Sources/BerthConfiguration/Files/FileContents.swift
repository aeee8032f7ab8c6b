import Access
import Certificates
import Upstream

/// Looks into the files that the configuration names, at the time when it is read.
struct FileContents: Sendable {
  /// What is wrong with a certificate and its key.
  var identity: @Sendable (_ certificate: String, _ key: String) -> Result<CertificateValidity, CertificateFileError>
  /// What is wrong with a file of certificate authorities.
  var authorities: @Sendable (_ path: String) -> Result<CertificateValidity, CertificateFileError>
  /// What is wrong with a docker `config.json`, if anything.
  var dockerConfiguration: @Sendable (_ path: String) -> String?
  /// What is wrong with a file that holds a password, if anything.
  var passwordFile: @Sendable (_ path: String) -> String?
  /// The users of a password file; nil if it is not looked into.
  var passwords: @Sendable (_ path: String) -> Result<PasswordFile?, AccessFileError>
  /// The tokens of a token file; nil if it is not looked into.
  var tokens: @Sendable (_ path: String) -> Result<TokenTable?, AccessFileError>
  /// The certificates of a deny list; nil if it is not looked into.
  var deniedCertificates: @Sendable (_ path: String) -> Result<CertificateRule.Denied?, AccessFileError>
  /// The keys of an issuer; nil if they are not looked into.
  var issuerKeys: @Sendable (_ path: String) -> Result<JSONWebKeySet?, AccessFileError>
  /// Whether everybody on this machine can read a file.
  var isWorldReadable: @Sendable (_ path: String) -> Bool
  /// Whether a credential helper is on the search path.
  var hasHelper: @Sendable (CredentialHelperName) -> Bool
  /// Seconds since 1970.
  var now: @Sendable () -> Int64

  /// Nothing is read, and nothing found.
  static let unread = FileContents(
    identity: { _, _ in .success(.unknown) },
    authorities: { _ in .success(.unknown) },
    dockerConfiguration: { _ in nil },
    passwordFile: { _ in nil },
    passwords: { _ in .success(nil) },
    tokens: { _ in .success(nil) },
    deniedCertificates: { _ in .success(nil) },
    issuerKeys: { _ in .success(nil) },
    isWorldReadable: { _ in false },
    hasHelper: { _ in true },
    now: { 0 }
  )
}
