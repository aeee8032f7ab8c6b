/// Names with `*` for any run of characters, slashes included.
enum Pattern {
  /// Whether `text` is of the form of `pattern`; nil allows everything.
  static func matches(_ pattern: String?, _ text: String) -> Bool {
    guard let pattern, pattern != "*" else { return true }
    guard pattern.utf8.contains(UInt8(ascii: "*")) else { return pattern == text }
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard text.hasPrefix(parts[0]) else { return false }
    var rest = text.dropFirst(parts[0].count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}
