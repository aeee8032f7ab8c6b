internal import COpenSSL

/// HMAC-SHA256 (RFC 2104) under one key.
struct MessageCode: Sendable {
  /// Length of a code, in bytes.
  static let byteCount = 32

  private let key: [UInt8]

  init(key: [UInt8]) { self.key = key }

  /// The code of a message.
  func code(of message: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: Self.byteCount)
    var length = 0
    let made = EVP_Q_mac(
      nil,
      "HMAC",
      nil,
      "SHA256",
      nil,
      key,
      key.count,
      message,
      message.count,
      &code,
      code.count,
      &length
    )
    // It fails for lack of memory, or in a libcrypto without SHA-2; an empty code is equal to none.
    return made != nil && length == Self.byteCount ? code : []
  }

  /// Whether that is the message's code. Takes equally long wherever they differ.
  func isRight(_ code: some Collection<UInt8>, for message: [UInt8]) -> Bool {
    let expected = self.code(of: message)
    guard expected.count == Self.byteCount, code.count == expected.count else { return false }
    return zip(expected, code).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
