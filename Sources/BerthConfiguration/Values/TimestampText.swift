import Glibc

/// Points in time as the file of tokens has them: `2027-01-31`, or `2027-01-31T12:00:00Z` (RFC 3339, in UTC). A date is its beginning.
public enum TimestampText {
  /// Reads a time; nil if it is none. In seconds since 1970.
  public static func parse(_ text: some StringProtocol) -> Int64? {
    let bytes = Array(text.utf8)
    let form = Array((bytes.count == 10 ? "0000-00-00" : "0000-00-00T00:00:00Z").utf8)
    guard bytes.count == form.count else { return nil }
    for (byte, expected) in zip(bytes, form) {
      guard expected == UInt8(ascii: "0") ? byte &- 48 < 10 : byte == expected else { return nil }
    }
    func number(_ range: Range<Int>) -> Int32 { bytes[range].reduce(0) { $0 * 10 + Int32($1 - 48) } }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (number(0..<4) - 1900, number(5..<7) - 1, number(8..<10))
    if bytes.count > 10 {
      (parts.tm_hour, parts.tm_min, parts.tm_sec) = (number(11..<13), number(14..<16), number(17..<19))
    }
    let time = timegm(&parts)
    // timegm makes 2 March of 30 February: what is written otherwise than read was no date.
    let written = render(Int64(time))
    return written.hasPrefix(String(text.prefix(10))) && (bytes.count == 10 || written == text) ? Int64(time) : nil
  }

  /// Writes a time, to the second.
  public static func render(_ time: Int64) -> String {
    var (seconds, parts) = (time_t(time), tm())
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let year = String("0000\(parts.tm_year + 1900)".suffix(4))
    return
      "\(year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }
}
