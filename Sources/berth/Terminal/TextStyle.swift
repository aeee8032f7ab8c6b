/// Colours and weights, or none: for pipes, for `NO_COLOR` (no-color.org), and for terminals that have none.
struct TextStyle {
  /// No escape sequences at all.
  static let plain = TextStyle(isColoured: false)

  let isColoured: Bool

  func title(_ text: String) -> String { wrap(text, "1") }
  func good(_ text: String) -> String { wrap(text, "32") }
  func bad(_ text: String) -> String { wrap(text, "31") }
  func doubtful(_ text: String) -> String { wrap(text, "33") }
  func faint(_ text: String) -> String { wrap(text, "2") }

  /// The beginning of a line that has been styled, so that it fits.
  func cut(_ line: String, to width: Int) -> String {
    var (shown, room, isEscape) = ("", width, false)
    for character in line {
      if character == "\u{1B}" { isEscape = true }
      if isEscape {
        // Orders take no room; those made here end with an m.
        if character == "m" { isEscape = false }
      } else if room > 0 {
        room -= 1
      } else {
        return isColoured ? shown + "\u{1B}[0m" : shown
      }
      shown.append(character)
    }
    return line
  }

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
