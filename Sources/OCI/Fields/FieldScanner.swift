/// Reads the parts that HTTP fields are made of (RFC 9110 §5.6), one after another.
struct FieldScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { position >= bytes.count }

  /// The next byte, not consumed.
  var next: UInt8? { isAtEnd ? nil : bytes[position] }

  mutating func skipWhitespace() {
    while let byte = next, byte.isFieldWhitespace { position += 1 }
  }

  /// Consumes `byte` if it is next.
  mutating func skip(_ byte: Character) -> Bool {
    guard let value = byte.asciiValue, next == value else { return false }
    position += 1
    return true
  }

  /// Consumes as long as `predicate` holds.
  mutating func take(while predicate: (UInt8) -> Bool) -> String {
    let start = position
    while let byte = next, predicate(byte) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// A token; empty if none is next (RFC 9110 §5.6.2).
  mutating func token() -> String { take(while: \.isTokenCharacter) }

  /// A quoted string without its quotes and escapes; nil, and nothing consumed, if none is next (RFC 9110 §5.6.4).
  /// One whose closing quote is missing reaches to the end.
  mutating func quotedString() -> String? {
    guard skip("\"") else { return nil }
    var content: [UInt8] = []
    while let byte = next {
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\"), let escaped = next {
        position += 1
        content.append(escaped)
      } else {
        content.append(byte)
      }
    }
    return String(decoding: content, as: UTF8.self)
  }

  /// Consumes up to the byte before the next comma that stands outside quotes.
  mutating func skipListElement() {
    while let byte = next, byte != UInt8(ascii: ",") {
      if quotedString() == nil { position += 1 }
    }
  }

  /// Where the scanner stands, to come back to.
  var mark: Int { position }

  mutating func reset(to mark: Int) { position = mark }
}
