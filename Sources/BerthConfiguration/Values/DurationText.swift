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
      let blank = rest.prefix { $0 == " " }
      let name = rest.dropFirst(blank.count).prefix { $0.isLetter }
      guard blank.isEmpty || name.isEmpty else { throw InvalidValue(complaint(aboutBlankBefore: name, in: text)) }
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

  /// `5 minutes` → write 5m.
  private static func complaint(aboutBlankBefore name: Substring, in text: some StringProtocol) -> String {
    let unit = unit(meantBy: name)
    guard let unit, let first = text.split(separator: " ").first, text.split(separator: " ").count == 2 else {
      return "\(quoted(text)) is no duration: write it without blanks, such as 10m, 1h30m, 500ms or 0s"
    }
    return "\(quoted(text)) is written without a blank, and the unit \(unit): \(first)\(unit)"
  }

  /// The unit that a word means: `minutes`, `min`, `Minute`.
  private static func unit(meantBy word: Substring) -> String? {
    let word = word.lowercased()
    if word.hasPrefix("ms") || word.hasPrefix("milli") { return "ms" }
    if word.hasPrefix("mo") || word.isEmpty { return nil }
    return units.map(\.name).first { $0.count == 1 && word.hasPrefix($0) }
  }

  private static func complaint(about unit: Substring, in text: some StringProtocol) -> String {
    if units.contains(where: { $0.name == unit }) {
      return "\(quoted(text)) has its units out of order: write the largest first, each once"
    }
    let hint = Self.unit(meantBy: unit).map { " (did you mean \($0)?)" } ?? ""
    return "\(quoted(text)) has the unknown unit \(quoted(unit))\(hint): use d, h, m, s or ms"
  }
}
