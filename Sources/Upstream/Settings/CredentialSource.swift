public import OCI

/// Where a user name and its password come from.
public enum CredentialSource: Sendable, Hashable {
  /// From the configuration itself.
  case basic(username: String, password: Secret)
  /// The password from a file, read again whenever the file changes; one line end behind it is dropped.
  case passwordFile(username: String, path: String)
  /// Both from a docker `config.json`: its `auths` entry for the endpoint's host, read again whenever it changes.
  ///
  /// Where that names a credential helper for the host (`credHelpers`, `credsStore`), the helper is asked first.
  case dockerConfig(path: String)
  /// Both from a credential helper, the program `docker-credential-NAME`.
  case helper(CredentialHelperName)
}

extension CredentialSource: CustomStringConvertible {
  /// The source for logs and errors; it shows no secret.
  public var description: String {
    switch self {
    case .basic(let username, _): "user “\(username)”"
    case .passwordFile(let username, let path): "user “\(username)”, password file \(path)"
    case .dockerConfig(let path): "docker configuration \(path)"
    case .helper(let name): "credential helper \(name)"
    }
  }
}

/// The name of a credential helper: `ecr-login` for the program `docker-credential-ecr-login`.
///
/// Letters, digits, dot, hyphen and underscore, so that it can name nothing but a program on the search path.
public struct CredentialHelperName: Sendable, Hashable, CustomStringConvertible {
  /// The name as written.
  public let description: String

  /// Reads a name; nil if it is empty, longer than 64 characters, or has any other character.
  public init?(parsing text: some StringProtocol) {
    guard (1...64).contains(text.utf8.count), text.first != ".", text.utf8.allSatisfy(Self.isLegal) else { return nil }
    description = String(text)
  }

  /// The file name of the program (docker/docker-credential-helpers).
  public var program: String { "docker-credential-\(description)" }

  private static func isLegal(_ byte: UInt8) -> Bool {
    byte.isAlphanumeric || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }
}
