/// The tables and keys of a TOML file and the lines in which they stand.
struct TOMLOutline {
  /// A key with a value.
  struct Setting {
    /// The whole way to it, the table's own included.
    var path: [String]
    /// How it is written in its line, indentation included, up to the `=`.
    var written: String
    /// The lines of key and value.
    var lines: Range<Int>
    /// What stands behind the `=` in the first of them.
    var value: String
  }

  /// The header of a table.
  struct Header {
    var path: [String]
    var line: Int
    var indentation: String
    /// Whether it is one of an array of tables.
    var isArrayElement: Bool
  }

  private(set) var headers: [Header] = []
  private(set) var settings: [Setting] = []

  /// Reads `lines`. Nil if they contain what this does not understand: strings of several lines, or no TOML.
  init?(_ lines: [Substring]) {
    guard !lines.contains(where: { $0.contains("\"\"\"") || $0.contains("'''") }) else { return nil }
    var table: [String] = []
    var number = 0
    while number < lines.count {
      let line = lines[number]
      let content = line.drop { $0 == " " || $0 == "\t" }
      if content.isEmpty || content.first == "#" || content.first == "\r" {
        number += 1
      } else if content.first == "[" {
        guard let header = Self.header(content, line: number, indentation: line.prefix(line.count - content.count))
        else { return nil }
        headers.append(header)
        table = header.path
        number += 1
      } else {
        guard let setting = Self.setting(in: lines, at: number, table: table) else { return nil }
        settings.append(setting)
        number = setting.lines.upperBound
      }
    }
  }

  private static func header(_ content: Substring, line: Int, indentation: Substring) -> Header? {
    let isArrayElement = content.hasPrefix("[[")
    let open = isArrayElement ? 2 : 1
    // A bracket in a quoted part would end the name too early; then the parts do not parse.
    guard let end = content.firstIndex(of: "]"), let path = TOMLKey.parts(content[..<end].dropFirst(open)) else {
      return nil
    }
    return Header(path: path, line: line, indentation: String(indentation), isArrayElement: isArrayElement)
  }

  private static func setting(in lines: [Substring], at number: Int, table: [String]) -> Setting? {
    let line = lines[number]
    guard let equals = TOMLKey.assignment(in: line), let key = TOMLKey.parts(line[..<equals]) else { return nil }
    let value = line[line.index(after: equals)...]
    var end = number + 1
    var depth = TOMLKey.openBrackets(behind: value)
    while depth > 0, end < lines.count {
      depth += TOMLKey.openBrackets(behind: lines[end])
      end += 1
    }
    guard depth == 0 else { return nil }
    return Setting(
      path: table + key,
      written: String(line[..<equals]),
      lines: number..<end,
      value: value.trimmed
    )
  }
}

extension Substring {
  /// Without blanks at both ends.
  fileprivate var trimmed: String {
    let front = drop { $0.isWhitespace }
    guard let last = front.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(front[...last])
  }
}
