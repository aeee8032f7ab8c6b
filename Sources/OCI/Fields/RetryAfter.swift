/// How long a registry asks to be left alone (RFC 9110 §10.2.3).
public enum RetryAfter {
  /// Reads seconds, an HTTP date, or a Go duration, which registries are seen to send (`880.092µs`, `1.5s`, `1m30s`).
  ///
  /// - Parameters:
  ///   - value: the field's value.
  ///   - now: seconds since 1970, for a date.
  ///   - ceiling: the longest answer; see `Limits.maxRetryAfter`.
  /// - Returns: the wait, from zero to `ceiling`; nil if the value is none of the three.
  public static func parse(_ value: String, now: Int64, ceiling: Duration) -> Duration? {
    let text = value.trimmingFieldWhitespace
    let wait: Duration
    if let seconds = text.utf8.saturatingDecimal {
      wait = .seconds(min(seconds, maxSeconds))
    } else if let date = HTTPDate.parse(text) {
      let (distance, overflow) = date.subtractingReportingOverflow(now)
      wait = overflow ? .zero : .seconds(min(max(distance, 0), maxSeconds))
    } else if let duration = goDuration(text) {
      wait = duration
    } else {
      return nil
    }
    return min(wait, ceiling)
  }

  /// About thirty years: far beyond any ceiling, far from where `Duration` overflows.
  private static let maxSeconds: Int64 = 1_000_000_000

  private static let nanosecondsByUnit: [String: Int64] = [
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
    "h": 3_600_000_000_000,
  ]

  /// One or more of `number unit`, without space.
  private static func goDuration(_ text: Substring) -> Duration? {
    guard !text.isEmpty, text.utf8.count <= 64 else { return nil }
    var rest = text[...]
    var sum = Duration.zero
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      rest = rest[number.endIndex...]
      let unit = rest.prefix { !($0.isASCII && $0.isNumber || $0 == ".") }
      rest = rest[unit.endIndex...]
      guard let scale = nanosecondsByUnit[String(unit)], let value = Double(number), value.isFinite else { return nil }
      sum += .nanoseconds(Int64(min(value * Double(scale), 1e18)))
    }
    return sum
  }
}
