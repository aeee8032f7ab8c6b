/// The tokens of RFC 8259, read from memory that the caller keeps alive.
struct JSONScanner {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The next byte, not consumed; nil at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// An error at the place where the scanner stands.
  func error(_ reason: String) -> OCIError { .invalidJSON(reason: reason, offset: position) }

  mutating func skipWhitespace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Consumes `text` if it is next.
  mutating func skip(_ text: StaticString) -> Bool {
    let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes.count - position >= expected.count,
      bytes[position..<(position + expected.count)].elementsEqual(expected)
    else { return false }
    position += expected.count
    return true
  }

  /// `[ "-" ] int [ frac ] [ exp ]` (RFC 8259 §6), as text.
  mutating func number() throws(OCIError) -> String {
    let start = position
    _ = skip("-")
    if !skip("0") { try digits() }
    if skip(".") { try digits() }
    if skip("e") || skip("E") {
      if !skip("+") { _ = skip("-") }
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(OCIError) {
    guard let first = next, first.isDigit else { throw error("not a value") }
    while let byte = next, byte.isDigit { position += 1 }
  }

  /// A string without its quotes and escapes (RFC 8259 §7).
  mutating func string() throws(OCIError) -> String {
    guard skip("\"") else { throw error("expected a string") }
    let start = position
    skipPlain()
    if next == UInt8(ascii: "\"") {
      let text = try validated(bytes[start..<position])
      position += 1
      return text
    }
    var content = Array(bytes[start..<position])
    while true {
      let plain = position
      skipPlain()
      content += bytes[plain..<position]
      if skip("\"") { return try validated(content) }
      guard skip("\\") else { throw error(next == nil ? "unexpected end" : "control character in a string") }
      try escape(into: &content)
    }
  }

  /// Consumes all that stands for itself in a string.
  private mutating func skipPlain() {
    while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { position += 1 }
  }

  private func validated(_ content: some Sequence<UInt8>) throws(OCIError) -> String {
    guard let text = String(validating: content, as: UTF8.self) else { throw error("invalid UTF-8") }
    return text
  }

  /// What follows a backslash.
  private mutating func escape(into content: inout [UInt8]) throws(OCIError) {
    guard let kind = next else { throw error("unexpected end") }
    position += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(kind)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"): content += Character(try escapedScalar()).utf8
    default: throw error("unknown escape")
    }
  }

  /// Four hex digits, or two such escapes that are a surrogate pair. Half a pair is no character and is refused.
  private mutating func escapedScalar() throws(OCIError) -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, skip("\\u") else { throw error("lone surrogate") }
    let second = try fourHexDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw error("lone surrogate") }
    return scalar
  }

  private mutating func fourHexDigits() throws(OCIError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = next?.hexValue else { throw error("expected four hex digits") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
