/// Keys of TOML, `plugins."io.containerd.grpc.v1.cri".registry`, and how far a value reaches.
///
/// Only as much of the language as finding a key in a file needs; what is beyond that is told apart, never guessed.
enum TOMLKey {
  /// The parts of a dotted key; nil if it is not one.
  static func parts(_ text: some StringProtocol) -> [String]? {
    var parts: [String] = []
    var rest = Substring(text)
    while true {
      rest = rest.drop { $0 == " " || $0 == "\t" }
      guard let first = rest.first else { return nil }
      if first == "\"" || first == "'" {
        rest.removeFirst()
        guard let end = rest.firstIndex(of: first), !rest[..<end].contains("\\") else { return nil }
        parts.append(String(rest[..<end]))
        rest = rest[rest.index(after: end)...]
      } else {
        let bare = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == "-" }
        guard !bare.isEmpty else { return nil }
        parts.append(String(bare))
        rest = rest[bare.endIndex...]
      }
      rest = rest.drop { $0 == " " || $0 == "\t" }
      if rest.isEmpty { return parts }
      guard rest.removeFirst() == "." else { return nil }
    }
  }

  /// A dotted key of these parts, in quotes where TOML demands them.
  static func text(_ parts: [String]) -> String {
    parts.map { part in
      let isBare =
        !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == "-" }
      return isBare ? part : "\"\(part)\""
    }.joined(separator: ".")
  }

  /// Where the key of a line `key = value` ends: the first `=` outside of quotes.
  static func assignment(in line: Substring) -> Substring.Index? {
    var quote: Character?
    for index in line.indices {
      let character = line[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "#" {
        return nil
      } else if character == "=" {
        return index
      }
    }
    return nil
  }

  /// How many brackets and braces are still open behind `line`, strings and comments left out of account.
  static func openBrackets(behind line: Substring) -> Int {
    var depth = 0
    var quote: Character?
    var isEscaped = false
    for character in line {
      if let open = quote {
        if isEscaped {
          isEscaped = false
        } else if open == "\"", character == "\\" {
          isEscaped = true
        } else if character == open {
          quote = nil
        }
        continue
      }
      switch character {
      case "\"", "'": quote = character
      case "#": return depth
      case "[", "{": depth += 1
      case "]", "}": depth -= 1
      default: break
      }
    }
    return depth
  }
}

/// Values of TOML as they are written.
enum TOMLText {
  /// A basic string. What we write has neither quotes nor control characters but for paths that an operator gave.
  static func string(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\u{0}"..."\u{1F}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A list of strings on one line.
  static func list(_ texts: [String]) -> String { "[" + texts.map(string).joined(separator: ", ") + "]" }
}
