/// Percent-encoding in request targets (RFC 3986 §2.1).
enum PercentCoding {
  /// The text with each `%xx` decoded, once. Only printable ASCII is allowed, before and after.
  ///
  /// Takes bytes, not characters: finding the borders of characters would cost more than the rest of a hit's parsing.
  /// - Returns: nil for a broken escape, a control character, a space or anything beyond ASCII.
  static func decode(_ text: Substring.UTF8View) -> String? {
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
        guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else { return nil }
        decoded = high << 4 | low
      }
      bytes.append(decoded)
    }
    return bytes
  }

  /// The text with each `%xx` decoded, once, as UTF-8; what it may hold is for the reader to say.
  /// - Returns: nil for a broken escape, or bytes that are no text.
  static func decodeText(_ text: some StringProtocol) -> String? {
    bytes(of: text.utf8).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// The text with everything but unreserved characters encoded, fit for a query.
  static func encode(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
