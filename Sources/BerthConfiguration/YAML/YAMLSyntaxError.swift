import Yams

/// Says in our words where and why a text is no YAML.
enum YAMLSyntaxError {
  static func describe(_ error: YamlError, in text: String) -> (SourceLocation, String) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      return (location(mark), explanation(problem, context, mark, text))
    case .composer(_, let problem, let mark, _):
      let isSecondDocument = problem.contains("another document")
      return (location(mark), isSecondDocument ? "a second document begins here; a file holds one" : problem)
    case .duplicatedKeysInMapping(let keys, let context):
      return (location(context.mark), "stands twice in one group: \(keys.map { quoted($0) }.joined(separator: ", "))")
    case .reader(let problem, _, _, _):
      return (SourceLocation(line: 1, column: 1), "not text that YAML allows: \(problem)")
    default:
      return (SourceLocation(line: 1, column: 1), "cannot be read as YAML: \(quoted("\(error)"))")
    }
  }

  private static func explanation(
    _ problem: String,
    _ context: YamlError.Context?,
    _ mark: Mark,
    _ text: String
  ) -> String {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
    if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
      return "a tab indents this line; YAML is indented with spaces"
    }
    let place = context.map { " (\($0.text) that begins in line \($0.mark.line))" } ?? ""
    return "not valid YAML: \(problem)\(place)"
  }

  private static func location(_ mark: Mark) -> SourceLocation {
    SourceLocation(line: mark.line, column: mark.column)
  }
}
