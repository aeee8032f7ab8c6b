/// Why a file that access is decided by cannot be used.
public struct AccessFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong with it, with the line where there is one, and what to do. It shows no secret.
  public let reason: String

  init(_ path: String, _ reason: String) { (self.path, self.reason) = (path, reason) }

  /// `/etc/berth/users.htpasswd: line 3: …`
  public var description: String { "\(path): \(reason)" }
}
