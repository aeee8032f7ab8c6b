/// A text that is not a value of the kind that a setting asks for.
///
/// The same error serves the file, where the loader adds line and column, and the command line.
public struct InvalidValue: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what would be right, in one sentence without a full stop.
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  /// "expected a size such as 200GiB, found 'large'".
  init(expected: String, found: some StringProtocol) {
    self.init("expected \(expected), found \(quoted(found))")
  }
}

/// A piece of the file as it may be shown in a message: on one line, printable, not longer than `limit` characters, and
/// without what stands before an '@' in a URL: it may be a password.
func quoted(_ text: some StringProtocol, limit: Int = 60) -> String {
  let text = withoutUser(String(text))
  var shown = ""
  for scalar in text.unicodeScalars.prefix(limit) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
      shown += "\\u{\(String(scalar.value, radix: 16))}"
    default:
      shown.unicodeScalars.append(scalar)
    }
  }
  return text.unicodeScalars.count > limit ? "'\(shown)…'" : "'\(shown)'"
}

/// `https://user:password@host` → `https://•••@host`, also where the scheme is missing.
private func withoutUser(_ text: String) -> String {
  guard let at = text.lastIndex(of: "@") else { return text }
  let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
  return start <= at ? "\(text[..<start])•••\(text[at...])" : text
}
