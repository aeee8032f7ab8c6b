/// A tree of values to be written as YAML, so plain that ``ConfigurationFile`` reads it back.
indirect enum Outline {
  /// A word, a number, or text.
  case value(String)
  case list([Outline])
  /// Keys in the order in which they are written.
  case group([(key: String, value: Outline)])

  /// The tree as a YAML document; ends with a line feed.
  var yaml: String { lines(in: self).joined(separator: "\n") + "\n" }

  /// Whether it is a group without keys.
  var isEmpty: Bool {
    if case .group(let entries) = self { return entries.isEmpty }
    return false
  }

  /// Of a group, the keys whose values are not those of `other`; of groups in it likewise. Anything else is whole.
  func difference(from other: Outline) -> Outline {
    guard case .group(let entries) = self, case .group(let others) = other else { return self }
    return .group(
      entries.compactMap { entry in
        guard let value = others.first(where: { $0.key == entry.key })?.value else { return entry }
        guard value.yaml != entry.value.yaml else { return nil }
        return (entry.key, entry.value.difference(from: value))
      }
    )
  }

  private func lines(in outline: Outline) -> [String] {
    switch outline {
    case .value(let text):
      return [Self.scalar(text)]
    case .list(let elements):
      return elements.flatMap { Self.indented(lines(in: $0), first: "- ", rest: "  ") }
    case .group(let entries):
      return entries.flatMap { entry in
        let key = Self.scalar(entry.key)
        switch entry.value {
        case .value(let text): return ["\(key): \(Self.scalar(text))"]
        case .list(let elements) where elements.isEmpty: return ["\(key): []"]
        case .list(let elements): return Self.onOneLine(elements).map { ["\(key): \($0)"] } ?? nested(key, entry.value)
        case .group(let entries): return entries.isEmpty ? ["\(key): {}"] : nested(key, entry.value)
        }
      }
    }
  }

  private func nested(_ key: String, _ value: Outline) -> [String] {
    ["\(key):"] + Self.indented(lines(in: value), first: "  ", rest: "  ")
  }

  private static func indented(_ lines: [String], first: String, rest: String) -> [String] {
    lines.enumerated().map { ($0 == 0 ? first : rest) + $1 }
  }

  /// `[a, b]` where the elements are plain values.
  private static func onOneLine(_ elements: [Outline]) -> String? {
    var texts: [String] = []
    for element in elements {
      guard case .value(let text) = element else { return nil }
      texts.append(scalar(text))
    }
    return "[\(texts.joined(separator: ", "))]"
  }

  /// Text as a YAML scalar: as it stands where nothing in it can mean anything to YAML, else in double quotes.
  private static func scalar(_ text: String) -> String {
    let isWord =
      text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "%"): true
        default: false
        }
      } && text.utf8.first.map { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: ":") } == true
      && text.utf8.last != UInt8(ascii: ":") && text != "null"
    if isWord { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": escaped += "\\\(scalar)"
      case _ where scalar.properties.generalCategory == .control: escaped += hexEscape(scalar)
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return "\"\(escaped)\""
  }

  /// `\xNN`: control characters are below 256.
  private static func hexEscape(_ scalar: Unicode.Scalar) -> String {
    "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
  }
}
