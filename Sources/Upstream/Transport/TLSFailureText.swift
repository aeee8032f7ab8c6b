/// What the TLS library's error means, in words: its own text is for people who read its sources.
enum TLSFailureText {
  /// The library does not say which of these it is.
  static let unverified =
    "certificate does not verify: it has expired, or no root signed it that the system or trustRoots has "
    + "(a root is signed by itself; an intermediate alone is none)"

  /// Finds the part that says something, `CERTIFICATE_VERIFY_FAILED` in
  /// `sslError([Error: 268435581 error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED …])`.
  static func reason(_ text: String) -> String {
    if text.contains("CERTIFICATE_VERIFY_FAILED") { return unverified }
    if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
      return "the other side does not speak TLS"
    }
    if text.contains("EOF during handshake") { return "the other side closed the connection during the handshake" }
    guard let name = name(in: text) else { return "the handshake failed" }
    let words = name.split(separator: "_").joined(separator: " ").lowercased()
    // An alert is what the other side sent as its reason (RFC 8446 §6).
    for prefix in ["tlsv1 alert ", "sslv3 alert "] where words.hasPrefix(prefix) {
      return "the other side refused it: \(words.dropFirst(prefix.count))"
    }
    return "the handshake failed: \(words)"
  }

  private static func name(in text: String) -> Substring? {
    guard let mark = text.firstRange(of: "OPENSSL_internal:") else { return nil }
    let name = text[mark.upperBound...].prefix { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
    return name.isEmpty ? nil : name.prefix(64)
  }
}
