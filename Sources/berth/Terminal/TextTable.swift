/// Rows in aligned columns, two spaces between them. Pure.
///
/// On a terminal that is too narrow, columns that may be left out go, the last one first, and those that may shrink are
/// cut, so that no line wraps; elsewhere nothing is cut.
struct TextTable {
  enum Alignment {
    case left
    case right
  }

  struct Column {
    var title: String
    var alignment = Alignment.left
    /// Whether its texts are cut when the terminal is too narrow.
    var canShrink = false
    /// Whether it is not shown at all when the terminal is too narrow.
    var canBeLeftOut = false
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
    let shown = shownColumns(within: width)
    let widths = widths(of: shown, within: width)
    let titles = line(columns.map(\.title), shown, widths)
    return [style.title(titles)] + rows.map { line($0, shown, widths) }
  }

  /// The least that a column is cut to, if its texts are longer.
  private static let leastWidth = 12

  private func naturalWidth(_ column: Int) -> Int {
    rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
  }

  private func shownColumns(within width: Int?) -> [Int] {
    var shown = Array(columns.indices)
    guard let width else { return shown }
    // What is cut should still say something: twice the least.
    func needed() -> Int {
      shown.reduce(2 * (shown.count - 1)) { sum, column in
        let natural = naturalWidth(column)
        return sum + (columns[column].canShrink ? min(natural, 2 * Self.leastWidth) : natural)
      }
    }
    while needed() > width, let column = shown.lastIndex(where: { columns[$0].canBeLeftOut }) {
      shown.remove(at: column)
    }
    return shown
  }

  private func widths(of shown: [Int], within width: Int?) -> [Int] {
    var widths = columns.indices.map(naturalWidth)
    guard let width else { return widths }
    var excess = shown.reduce(2 * (shown.count - 1) - width) { $0 + widths[$1] }
    // The widest gives way first.
    for column in shown.filter({ columns[$0].canShrink }).sorted(by: { widths[$0] > widths[$1] }) where excess > 0 {
      let least = max(columns[column].title.count, min(widths[column], Self.leastWidth))
      let cut = min(excess, max(0, widths[column] - least))
      widths[column] -= cut
      excess -= cut
    }
    return widths
  }

  private func line(_ cells: [String], _ shown: [Int], _ widths: [Int]) -> String {
    var line = ""
    for column in shown {
      let text = Self.cut(cells[column], to: widths[column])
      let padding = String(repeating: " ", count: max(0, widths[column] - text.count))
      if column != shown.first { line += "  " }
      line += columns[column].alignment == .right ? padding + text : text + padding
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
