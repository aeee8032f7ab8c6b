/// A list of strings in TOML as it is written, of one line or several, comments included.
struct TOMLStringList {
  /// The strings in it.
  let elements: [String]
  private let text: String
  /// Behind the opening bracket.
  private let start: String.Index
  private let isEmpty: Bool

  /// Reads a value. Nil if it is no list, or one of anything but strings.
  init?(_ text: String) {
    guard text.first == "[" else { return nil }
    self.text = text
    start = text.index(after: text.startIndex)
    var elements: [String] = []
    var rest = text[start...]
    while true {
      rest = rest.drop { $0.isWhitespace || $0 == "," }
      guard let first = rest.first else { return nil }
      switch first {
      case "]":
        (self.elements, isEmpty) = (elements, elements.isEmpty)
        return
      case "#": rest = rest.drop { !$0.isNewline }
      case "\"", "'":
        guard let (element, behind) = Self.string(rest, quote: first) else { return nil }
        elements.append(element)
        rest = behind
      default: return nil
      }
    }
  }

  /// The value with other elements before its own; everything else in it stays as it is.
  func prepending(_ added: [String]) -> String {
    let items = added.map(TOMLText.string).joined(separator: ", ")
    let rest = text[start...]
    let separator = isEmpty ? "" : rest.first?.isNewline == true ? "," : ", "
    return "[" + items + separator + rest
  }

  /// A basic or literal string of one line, and what stands behind it.
  private static func string(_ text: Substring, quote: Character) -> (String, Substring)? {
    var value = ""
    var isEscaped = false
    for index in text.indices.dropFirst() {
      let character = text[index]
      if isEscaped {
        // Names of hosts need no escapes; an escape is kept as it stands, and so equals nothing of ours.
        value += "\\\(character)"
        isEscaped = false
      } else if character == "\\", quote == "\"" {
        isEscaped = true
      } else if character == quote {
        return (value, text[text.index(after: index)...])
      } else if character.isNewline {
        return nil
      } else {
        value.append(character)
      }
    }
    return nil
  }
}
