/// The `Content-Range` of a 206 answer (RFC 9110 §14.4).
public struct ContentRange: Sendable, Hashable {
  /// First byte sent.
  public let start: Int64
  /// Last byte sent, inclusive; never before `start`.
  public let end: Int64
  /// Length of the whole; nil if the sender does not know it. Always greater than `end`.
  public let total: Int64?

  /// The bytes sent.
  public var range: Range<Int64> { start..<(end + 1) }

  /// The field for these bytes of a whole; nil if they are none, negative, or lie beyond `total`.
  public init?(_ range: Range<Int64>, total: Int64?) {
    guard range.lowerBound >= 0, !range.isEmpty, total.map({ range.upperBound <= $0 }) ?? true else { return nil }
    (start, end) = (range.lowerBound, range.upperBound - 1)
    self.total = total
  }

  /// Reads `bytes 0-99/1000` and `bytes 0-99/*`. Nil for anything else, `bytes */1000` included.
  public init?(parsing text: String) {
    let text = text.trimmingFieldWhitespace
    guard let space = text.utf8.firstIndex(where: \.isFieldWhitespace), text[..<space].lowercasedASCII == "bytes" else {
      return nil
    }
    let value = text[space...].trimmingFieldWhitespace.utf8
    guard let dash = value.firstIndex(of: UInt8(ascii: "-")), let slash = value.firstIndex(of: UInt8(ascii: "/")),
      dash < slash,
      let start = value[..<dash].saturatingDecimal,
      let end = value[value.index(after: dash)..<slash].saturatingDecimal, start <= end, end < .max
    else { return nil }
    let totalText = value[value.index(after: slash)...]
    let total = totalText.saturatingDecimal
    guard total != nil || totalText.elementsEqual("*".utf8) else { return nil }
    self.init(start..<(end + 1), total: total)
  }

  /// The field of a 416 answer (RFC 9110 §15.5.17).
  public static func unsatisfied(size: Int64) -> String { "bytes */\(size)" }
}

extension ContentRange: CustomStringConvertible {
  /// The field's value.
  public var description: String { "bytes \(start)-\(end)/\(total.map(String.init) ?? "*")" }
}
