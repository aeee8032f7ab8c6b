import OCI

/// Where the members of a JSON object stand in its text. The text must be valid: it was parsed before.
struct JSONOutline {
  /// One member of the outermost object.
  struct Member {
    /// As it is written between the quotes.
    var name: Substring
    var value: Range<String.Index>
  }

  private(set) var members: [Member] = []
  /// Behind the opening brace.
  let start: String.Index

  /// Finds the members of the object that `text` is; nil if it is none.
  init?(_ text: String) {
    guard let brace = text.firstIndex(where: { !$0.isWhitespace }), text[brace] == "{" else { return nil }
    start = text.index(after: brace)
    var scan = Scan(text, at: start)
    while true {
      scan.skip { $0.isWhitespace || $0 == "," }
      guard let first = scan.current else { return nil }
      if first == "}" { return }
      guard let name = scan.string() else { return nil }
      scan.skip { $0.isWhitespace || $0 == ":" }
      let begin = scan.index
      guard scan.value() else { return nil }
      members.append(Member(name: text[name].dropFirst().dropLast(), value: begin..<scan.index))
    }
  }

  /// A walk over the text.
  private struct Scan {
    let text: String
    var index: String.Index

    init(_ text: String, at index: String.Index) { (self.text, self.index) = (text, index) }

    var current: Character? { index < text.endIndex ? text[index] : nil }

    mutating func skip(while condition: (Character) -> Bool) {
      while let current, condition(current) { index = text.index(after: index) }
    }

    /// The string that begins here, with its quotes.
    mutating func string() -> Range<String.Index>? {
      guard current == "\"" else { return nil }
      let begin = index
      var isEscaped = false
      index = text.index(after: index)
      while let character = current {
        index = text.index(after: index)
        if isEscaped {
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else if character == "\"" {
          return begin..<index
        }
      }
      return nil
    }

    /// Goes behind the value that begins here.
    mutating func value() -> Bool {
      var depth = 0
      while let character = current {
        switch character {
        case "\"": if string() == nil { return false }
        case "{", "[":
          depth += 1
          index = text.index(after: index)
        case "}", "]":
          if depth == 0 { return true }
          depth -= 1
          index = text.index(after: index)
          if depth == 0 { return true }
        case "," where depth == 0: return true
        case _ where depth == 0 && character.isWhitespace: return true
        default: index = text.index(after: index)
        }
        // A string that is a value of its own ends here.
        if depth == 0, text[text.index(before: index)] == "\"" { return true }
      }
      return false
    }
  }
}

/// Writes JSON for people: two spaces a level, short lists of plain values on one line.
enum PrettyJSON {
  static func render(_ value: JSONValue) -> String { text(value, indent: "") + "\n" }

  private static func text(_ value: JSONValue, indent: String) -> String {
    let inner = indent + "  "
    switch value {
    case .object(let object) where !object.members.isEmpty:
      let members = object.members.map { "\(inner)\(compact(.string($0.name))): \(text($0.value, indent: inner))" }
      return "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
    case .array(let elements) where elements.contains { $0.array != nil || $0.object != nil } || elements.count > 4:
      return "[\n" + elements.map { inner + text($0, indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .array(let elements):
      return "[" + elements.map(compact).joined(separator: ", ") + "]"
    default:
      return compact(value)
    }
  }

  private static func compact(_ value: JSONValue) -> String {
    String(decoding: JSONText.render(value), as: UTF8.self)
  }
}
