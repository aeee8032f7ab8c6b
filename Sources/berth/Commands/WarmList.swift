/// A list of images in a file: one a line, `#` begins a comment. Pure.
enum WarmList {
  static func read(_ text: some StringProtocol) -> [String] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      let name = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return name.isEmpty ? nil : name
    }
  }
}
