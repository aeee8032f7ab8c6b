internal import CCrypt
internal import COpenSSL
public import OCI

extension PasswordHash {
  /// Why a password cannot be hashed.
  public enum MakingProblem: Error, Sendable, Hashable {
    case empty
    /// Longer than what crypt(3) looks at.
    case tooLong(maxBytes: Int)
    /// libcrypt does not have that kind.
    case unsupported
  }

  /// Longest password of which bcrypt heeds every byte.
  private static let maxBcryptBytes = 72

  /// Hashes a password with a new salt, at a cost of some 30 ms: bcrypt 10, or yescrypt as libcrypt has it. Blocks as long.
  ///
  /// - Parameter scheme: bcrypt, which other programs read, or yescrypt; SHA-512 crypt is read, not made.
  /// - Returns: the text for a password file.
  public static func make(_ password: Secret, _ scheme: Scheme) throws(MakingProblem) -> String {
    let text = password.reveal()
    let maxBytes = scheme == .bcrypt ? maxBcryptBytes : PasswordCheck.maxPasswordBytes
    guard !text.isEmpty, !text.utf8.contains(0) else { throw .empty }
    guard text.utf8.count <= maxBytes else { throw .tooLong(maxBytes: maxBytes) }
    let (prefix, cost): (String, UInt) =
      switch scheme {
      case .bcrypt: ("$2b$", 10)
      case .yescrypt: ("$y$", 0)
      case .sha512crypt: throw .unsupported
      }
    var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
    let memory = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
    memory.initialize(to: crypt_data())
    defer {
      OPENSSL_cleanse(memory, MemoryLayout<crypt_data>.size)
      memory.deallocate()
    }
    guard crypt_gensalt_rn(prefix, cost, nil, 0, &setting, Int32(setting.count)) != nil,
      let made = crypt_r(text, setting, memory).map({ String(cString: $0) }), (try? PasswordHash(parsing: made)) != nil
    else { throw .unsupported }
    return made
  }
}

extension PasswordHash.MakingProblem: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .empty: "a password has at least one character"
    case .tooLong(let maxBytes): "the password has more than \(maxBytes) bytes: a hash would not heed the rest"
    case .unsupported: "this system's libcrypt does not make such hashes: try --bcrypt"
    }
  }
}
