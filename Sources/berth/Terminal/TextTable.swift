/// Rows in aligned columns, two spaces between them. Pure.
///
/// On a terminal the column that may shrink is cut so that no line wraps; elsewhere nothing is cut.
struct TextTable {
  enum Alignment {
    case left
    case right
  }

  struct Column {
    var title: String
    var alignment = Alignment.left
    /// Whether this one gives way when the terminal is too narrow.
    var canShrink = false
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row; cells that are missing are empty.
  mutating func add(_ cells: [String]) {
    rows.append(columns.indices.map { cells.indices.contains($0) ? Self.printable(cells[$0]) : "" })
  }

  /// The lines, title first.
  /// - Parameters:
  ///   - width: how many columns the terminal has; nil for no bound.
  ///   - style: how titles are set off.
  func lines(width: Int?, style: TextStyle) -> [String] {
    let widths = widths(within: width)
    let titles = line(columns.map(\.title), widths)
    return [style.title(titles)] + rows.map { line($0, widths) }
  }

  private func widths(within width: Int?) -> [Int] {
    var widths = columns.indices.map { column in
      rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
    }
    guard let width else { return widths }
    let excess = widths.reduce(0, +) + 2 * (columns.count - 1) - width
    if excess > 0, let column = columns.firstIndex(where: \.canShrink) {
      widths[column] = max(columns[column].title.count, 12, widths[column] - excess)
    }
    return widths
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let shown = Self.cut(cell, to: widths[index])
      let padding = String(repeating: " ", count: max(0, widths[index] - shown.count))
      if index > 0 { line += "  " }
      line += columns[index].alignment == .right ? padding + shown : shown + padding
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// The text, or its beginning and end with an ellipsis between: of an image's name both tell something.
  static func cut(_ text: String, to width: Int) -> String {
    guard text.count > width, width > 1 else { return text }
    let head = (width - 1) / 2
    return text.prefix(head) + "…" + text.suffix(width - 1 - head)
  }

  /// Control characters would be orders to the terminal.
  private static func printable(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : Character($0) })
  }
}
