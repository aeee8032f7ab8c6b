/// Looks, before YAML is read, for more aliases than could be meant.
///
/// Aliases are refused one by one when the document is walked. But Yams compares the keys of each mapping while it reads,
/// and a key that repeats an alias of aliases stands for more nodes than can be compared in a lifetime. A few aliases
/// cannot do that.
enum AliasLimit {
  /// Sixteen aliases, however they are nested, stand for fewer than a thousand nodes.
  private static let maxCount = 16

  /// Where the alias stands that is one too many; nil if there are few enough.
  ///
  /// What looks like an alias counts as one, even in quotes: `*` and a letter or digit, at the beginning of a word.
  static func excess(in text: String) -> SourceLocation? {
    var location = SourceLocation(line: 1, column: 0)
    var count = 0
    var (beforeLast, last): (Unicode.Scalar, Unicode.Scalar) = ("\n", "\n")
    var isComment = false
    for scalar in text.unicodeScalars {
      location.column += 1
      if last == "*", beginsWord(after: beforeLast), isWord(scalar), !isComment {
        count += 1
        if count > maxCount { return SourceLocation(line: location.line, column: location.column - 1) }
      }
      if scalar == "#", isBlank(last) { isComment = true }
      if scalar == "\n" {
        location = SourceLocation(line: location.line + 1, column: 0)
        isComment = false
      }
      (beforeLast, last) = (last, scalar)
    }
    return nil
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

  private static func beginsWord(after scalar: Unicode.Scalar) -> Bool {
    isBlank(scalar) || ["[", "{", ",", ":"].contains(scalar)
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "-"
  }
}
