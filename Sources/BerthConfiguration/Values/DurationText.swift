/// Durations as the file writes them: `10m`, `1h30m`, `500ms`, `0s`.
public enum DurationText {
  /// Longest duration taken: 100 years of 365 days. What is longer is a slip of the pen.
  private static let longest: Int64 = 100 * 365 * 86_400_000

  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  /// Reads one or more numbers with the units d, h, m, s, ms, largest first, each unit once. A number may have a
  /// fraction (`1.5h`); what is finer than a millisecond is dropped. Every number needs its unit, zero too.
  public static func parse(_ text: some StringProtocol) throws(InvalidValue) -> Duration {
    var rest = Substring(text)
    var remaining = units[...]
    var total: Int64 = 0
    repeat {
      guard let number = DecimalText(takingFrom: &rest) else {
        throw InvalidValue(expected: "a duration such as 10m, 1h30m, 500ms or 0s", found: text)
      }
      let name = rest.prefix { $0.isLetter }
      rest.removeFirst(name.count)
      guard !name.isEmpty else {
        throw InvalidValue("\(quoted(text)) lacks a unit: write \(text)s, \(text)m or \(text)h")
      }
      guard let index = remaining.firstIndex(where: { $0.name == name }) else {
        throw InvalidValue(complaint(about: name, in: text))
      }
      let (sum, overflow) = total.addingReportingOverflow(number.multiplied(by: units[index].milliseconds) ?? .max)
      guard !overflow, sum <= longest else {
        throw InvalidValue("\(quoted(text)) is longer than a hundred years")
      }
      total = sum
      remaining = units[(index + 1)...]
    } while !rest.isEmpty
    return .milliseconds(total)
  }

  /// The duration as ``parse(_:)`` reads it, in the fewest numbers; what is finer than a millisecond is dropped.
  public static func render(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    var rest = overflow ? longest : min(longest, scaled + attoseconds / 1_000_000_000_000_000)
    var text = ""
    for unit in units where rest >= unit.milliseconds {
      text += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return text.isEmpty ? "0s" : text
  }

  private static func complaint(about unit: Substring, in text: some StringProtocol) -> String {
    units.contains { $0.name == unit }
      ? "\(quoted(text)) has its units out of order: write the largest first, each once"
      : "\(quoted(text)) has the unknown unit \(quoted(unit)): use d, h, m, s or ms"
  }
}
