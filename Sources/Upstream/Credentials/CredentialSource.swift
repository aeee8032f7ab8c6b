public import OCI

/// Where a user name and its password come from.
public enum CredentialSource: Sendable, Hashable {
  /// From the configuration itself.
  case basic(username: String, password: Secret)
  /// The password from a file, read again whenever the file changes; one line end behind it is dropped.
  case passwordFile(username: String, path: String)
  /// Both from a docker `config.json`: its `auths` entry for the endpoint's host, read again whenever it changes.
  case dockerConfig(path: String)
}

extension CredentialSource: CustomStringConvertible {
  /// The source for logs and errors; it shows no secret.
  public var description: String {
    switch self {
    case .basic(let username, _): "user “\(username)”"
    case .passwordFile(let username, let path): "user “\(username)”, password file \(path)"
    case .dockerConfig(let path): "docker configuration \(path)"
    }
  }
}
