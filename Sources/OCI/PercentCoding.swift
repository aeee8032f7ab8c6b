/// Percent-encoding in URLs (RFC 3986 §2.1).
package enum PercentCoding {
  /// The text with each `%xx` decoded, once. Only printable ASCII is allowed, before and after.
  ///
  /// Takes bytes, not characters: finding the borders of characters would cost more than the rest of a hit's parsing.
  /// - Returns: nil for a broken escape, a control character, a space or anything beyond ASCII.
  package static func decode(_ text: Substring.UTF8View) -> String? {
    var isPlain = true
    for byte in text {
      guard (0x21...0x7E).contains(byte) else { return nil }
      if byte == UInt8(ascii: "%") { isPlain = false }
    }
    if isPlain { return String(Substring(text)) }
    guard let bytes = bytes(of: text), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func bytes(of text: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text.makeIterator()
    while let byte = rest.next() {
      var decoded = byte
      if byte == UInt8(ascii: "%") {
        guard let high = rest.next().flatMap(\.hexValue), let low = rest.next().flatMap(\.hexValue) else { return nil }
        decoded = high << 4 | low
      }
      bytes.append(decoded)
    }
    return bytes
  }

  /// The text with each `%xx` decoded, once, as UTF-8; what it may hold is for the reader to say.
  /// - Returns: nil for a broken escape, or bytes that are no text.
  package static func decodeText(_ text: some StringProtocol) -> String? {
    bytes(of: text.utf8).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// The text with everything but unreserved characters encoded: fit for a query, or for one segment.
  package static func encode(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      if byte.isUnreserved {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }
}
