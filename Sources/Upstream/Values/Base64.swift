import FoundationEssentials

/// Base 64 with padding (RFC 4648 §4), for Basic authentication and docker's `config.json`.
enum Base64 {
  static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  /// Nil if `text` is not base 64. Missing padding is forgiven, as other readers of the same files do.
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let missing = text.hasSuffix("=") ? 0 : (4 - text.utf8.count % 4) % 4
    let padded = String(text) + String(repeating: "=", count: missing)
    // Foundation also takes more padding than there is to be.
    guard padded.utf8.count.isMultiple(of: 4) else { return nil }
    return Data(base64Encoded: padded).map(Array.init)
  }
}
