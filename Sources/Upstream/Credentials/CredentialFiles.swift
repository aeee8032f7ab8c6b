import Glibc
public import OCI

/// Looks at what credentials are to be read from, before anybody needs them. It blocks on the disk.
public enum CredentialFiles {
  /// What is wrong with a docker `config.json`, with its path; nil if it can be used.
  public static func complaint(aboutDockerConfiguration path: String, limits: Limits = Limits()) -> String? {
    do throws(UpstreamFailure) {
      let bytes = try WatchedFile(path: path, maxBytes: limits.maxCredentialFileBytes).contentsNow()
      _ = try DockerConfiguration(parsing: bytes, path: path, limits: limits)
      return nil
    } catch {
      return error.reasonOfCredential
    }
  }

  /// What is wrong with a file that holds a password, with its path; nil if it can be used.
  public static func complaint(aboutPasswordFile path: String, limits: Limits = Limits()) -> String? {
    do throws(UpstreamFailure) {
      let bytes = try WatchedFile(path: path, maxBytes: limits.maxCredentialFileBytes).contentsNow()
      guard String(validating: bytes, as: UTF8.self) != nil else { return "\(path): it is not UTF-8 text" }
      let isEmpty = bytes.allSatisfy { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
      return isEmpty ? "\(path): it holds no password" : nil
    } catch {
      return error.reasonOfCredential
    }
  }

  /// Whether the program of a credential helper can be run.
  public static func isOnSearchPath(_ helper: CredentialHelperName, _ environment: ProcessEnvironment) -> Bool {
    environment.program(helper.program) != nil
  }
}

extension UpstreamFailure {
  /// Why a credential cannot be had, without the words that say that it cannot.
  fileprivate var reasonOfCredential: String {
    if case .credentialUnavailable(let reason) = self { return reason }
    return "\(self)"
  }
}
