import OCI

/// What a page for people says, for a line of a log or an error.
enum PageText {
  private static let maxLength = 100

  /// The title of an HTML page, else its first words; plain text as it stands. Printable, at most a hundred characters.
  static func beginning(of text: String) -> String {
    guard text.drop(while: \.isWhitespace).hasPrefix("<") else { return PrintableText.line(text, maxLength: maxLength) }
    let title = content(of: "title", in: text).map { PrintableText.line($0, maxLength: maxLength) } ?? ""
    return title.isEmpty ? PrintableText.line(withoutTags(text), maxLength: maxLength) : title
  }

  private static func content(of tag: String, in text: String) -> Substring? {
    let lower = text.lowercased()
    // Lower case changes the length of few letters, none of which a title of importance has.
    guard lower.utf8.count == text.utf8.count, let start = lower.firstRange(of: "<\(tag)"),
      let open = lower[start.upperBound...].firstIndex(of: ">"),
      let end = lower[open...].firstRange(of: "</\(tag)")
    else { return nil }
    return lower.index(after: open) <= end.lowerBound ? text[lower.index(after: open)..<end.lowerBound] : nil
  }

  private static func withoutTags(_ text: String) -> String {
    var isInTag = false
    var words = ""
    for character in text {
      if character == "<" { isInTag = true } else if !isInTag { words.append(character) }
      if character == ">" {
        isInTag = false
        words.append(" ")
      }
    }
    return words
  }
}
