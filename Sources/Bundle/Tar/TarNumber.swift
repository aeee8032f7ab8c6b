/// Numbers as tar headers hold them: octal digits, or base 256 where those do not suffice.
enum TarNumber {
  /// Reads a field; nil if it is not a number from 0 to `Int64.max`.
  static func parse(_ field: ArraySlice<UInt8>) -> Int64? {
    guard let first = field.first else { return nil }
    return first & 0x80 == 0 ? parseOctal(field) : parseBase256(field)
  }

  /// Digits, with spaces before and only spaces and NULs behind (POSIX ustar).
  private static func parseOctal(_ field: ArraySlice<UInt8>) -> Int64? {
    let digits = field.drop { $0 == UInt8(ascii: " ") }
    var value: Int64 = 0
    var index = digits.startIndex
    while index < digits.endIndex, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digits[index]) {
      // 12 digits at most stand in a header: they fit.
      value = value << 3 | Int64(digits[index] & 7)
      index += 1
    }
    guard index > digits.startIndex, digits[index...].allSatisfy({ $0 == 0 || $0 == UInt8(ascii: " ") }) else {
      return nil
    }
    return value
  }

  /// GNU: the first bit says that the rest is a big-endian number in two's complement.
  private static func parseBase256(_ field: ArraySlice<UInt8>) -> Int64? {
    guard field.first == 0x80 else { return nil }
    let bytes = field.dropFirst().drop { $0 == 0 }
    guard bytes.count <= 8 else { return nil }
    let value = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int64(exactly: value)
  }

  /// Octal digits that fill a field of `width` bytes but for the NUL at its end; nil if they do not fit.
  static func octal(_ value: Int64, width: Int) -> [UInt8]? {
    let digits = Array(String(value, radix: 8).utf8)
    guard value >= 0, digits.count < width else { return nil }
    return Array(repeating: UInt8(ascii: "0"), count: width - 1 - digits.count) + digits + [0]
  }
}
