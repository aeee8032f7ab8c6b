internal import CCrypt
internal import COpenSSL
public import OCI

/// Asks libcrypt whether a password belongs to a hash. One for each lane: crypt_r(3) works in 32 KiB of memory of its own.
public final class PasswordCheck {
  private let memory: UnsafeMutablePointer<crypt_data>

  /// Longest password that is looked at, in bytes: crypt(5) has 512, and bcrypt heeds 72 of them.
  public static let maxPasswordBytes = 512

  /// Nothing has been checked yet.
  public init() {
    memory = .allocate(capacity: 1)
    memory.initialize(to: crypt_data())
  }

  deinit {
    // The password was in there.
    OPENSSL_cleanse(memory, MemoryLayout<crypt_data>.size)
    memory.deallocate()
  }

  /// Whether the password is that of the hash. Blocks for as long as the hash costs: 1 ms to a second.
  public func isRight(_ password: Secret, for hash: PasswordHash) -> Bool {
    let password = password.reveal()
    guard password.utf8.count <= Self.maxPasswordBytes, !password.utf8.contains(0) else { return false }
    guard let made = crypt_r(password, hash.text, memory) else { return false }
    return Self.areEqual(String(cString: made), hash.text)
  }

  /// Takes as long for a difference at the first byte as for one at the last.
  private static func areEqual(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
