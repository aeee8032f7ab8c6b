/// Character classes of the grammars that are read byte by byte. All of them are ASCII; a byte above 0x7F is in none.
extension UInt8 {
  @inlinable package var isDigit: Bool { self &- 0x30 < 10 }
  @inlinable package var isLowerLetter: Bool { self &- 0x61 < 26 }
  @inlinable package var isUpperLetter: Bool { self &- 0x41 < 26 }
  @inlinable package var isLetter: Bool { (self | 0x20).isLowerLetter }
  @inlinable package var isAlphanumeric: Bool { isDigit || isLetter }
  /// `[a-z0-9]`, the alphabet of a repository name's words.
  @inlinable package var isLowerAlphanumeric: Bool { isDigit || isLowerLetter }
  /// Space or horizontal tab, the optional whitespace of HTTP fields (RFC 9110 §5.6.3).
  @inlinable package var isFieldWhitespace: Bool { self == 0x20 || self == 0x09 }
  /// A character of an HTTP token (RFC 9110 §5.6.2).
  @inlinable package var isTokenCharacter: Bool {
    if isAlphanumeric { return true }
    switch self {
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      return true
    default: return false
    }
  }
  /// A character that needs no escape anywhere in a URL (RFC 3986 §2.3).
  @inlinable package var isUnreserved: Bool {
    isAlphanumeric || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") || self == UInt8(ascii: "_")
      || self == UInt8(ascii: "~")
  }
  /// The letter in lower case; every other byte as it is.
  @inlinable package var lowercasedASCII: UInt8 { isUpperLetter ? self | 0x20 : self }
  /// The value of a hexadecimal digit in lower case.
  @inlinable package var lowerHexValue: UInt8? {
    if isDigit { return self &- 0x30 }
    return self &- 0x61 < 6 ? self &- 0x61 &+ 10 : nil
  }
  /// The value of a hexadecimal digit of either case.
  @inlinable package var hexValue: UInt8? {
    lowercasedASCII.lowerHexValue
  }

  /// The digit, in lower case, of the lower half of a byte.
  @inlinable package static func lowerHexDigit(_ nibble: UInt8) -> UInt8 {
    let value = nibble & 0xF
    return value < 10 ? value &+ 0x30 : value &+ (0x61 - 10)
  }
}

extension StringProtocol {
  /// Calls `body` with the text's bytes where they lie; most texts lie in one piece and are not copied.
  ///
  /// Grammars are written over this, so that callers in other modules run them specialised.
  func withUTF8Bytes<R, E: Error>(_ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R) throws(E) -> R {
    let result = utf8.withContiguousStorageIfAvailable { bytes in
      Result { () throws(E) in try body(bytes) }
    }
    if let result { return try result.get() }
    let copy = Array(utf8).withUnsafeBufferPointer { bytes in
      Result { () throws(E) in try body(bytes) }
    }
    return try copy.get()
  }

  /// The text with ASCII letters in lower case; what lies outside ASCII is untouched.
  var lowercasedASCII: String {
    withUTF8Bytes { bytes in
      String(unsafeUninitializedCapacity: bytes.count) { buffer in
        for index in bytes.indices { buffer[index] = bytes[index].lowercasedASCII }
        return bytes.count
      }
    }
  }

  /// The text without spaces and tabs at its ends (RFC 9110 §5.6.3).
  var trimmingFieldWhitespace: SubSequence {
    let bytes = utf8
    var first: String.Index?
    var end = startIndex
    var index = startIndex
    while index < bytes.endIndex {
      let isContent = !bytes[index].isFieldWhitespace
      if isContent, first == nil { first = index }
      bytes.formIndex(after: &index)
      if isContent { end = index }
    }
    return self[(first ?? end)..<end]
  }
}

extension Sequence<UInt8> {
  /// A decimal number without sign; a number too large for `Int64` is `Int64.max`. Nil for anything but digits.
  ///
  /// RFC 9110 §14.1.1 asks recipients to expect large numerals and not to overflow on them.
  var saturatingDecimal: Int64? {
    var value: Int64 = 0
    var isEmpty = true
    for byte in self {
      guard byte.isDigit else { return nil }
      isEmpty = false
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(Int64(byte &- 0x30))
      value = overflow || carry ? .max : sum
    }
    return isEmpty ? nil : value
  }
}
