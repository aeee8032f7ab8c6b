/// A place in the file; both count from 1, the column in characters.
struct SourceLocation: Hashable, Comparable {
  var line: Int
  var column: Int

  static func < (left: SourceLocation, right: SourceLocation) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}
