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

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
