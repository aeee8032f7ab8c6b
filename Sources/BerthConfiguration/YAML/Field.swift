/// One value of the file on its way to a setting: where it stands, how it is called, and where to complain.
///
/// Every reader returns nil after it has complained, so that the setting keeps its default and reading goes on.
struct Field {
  let node: YAMLNode
  /// The keys that lead here, joined by points.
  let path: String
  let context: ReadingContext

  func refuse(_ message: String) { context.findings.refuse(at: node.location, path: path, message) }

  func warn(_ message: String) { context.findings.warn(at: node.location, path: path, message) }

  /// What the value names is of no use as it stands; Berth runs all the same.
  func warnOfDefect(_ message: String) {
    context.findings.warn(at: node.location, path: path, message, isDefect: true)
  }

  /// Text, quoted or plain, as it is written: `0123` stays `0123`.
  func text(expected: String) -> String? {
    switch node.content {
    case .scalar(let text, _):
      return text
    case .refused:
      return nil
    case .null, .sequence, .mapping:
      refuse("expected \(expected), found \(node.kind)")
      return nil
    }
  }

  /// Text that `parse` understands.
  func value<Value>(expected: String, _ parse: (String) throws(InvalidValue) -> Value) -> Value? {
    guard let text = text(expected: expected) else { return nil }
    do throws(InvalidValue) {
      return try parse(text)
    } catch {
      refuse(error.description)
      return nil
    }
  }

  /// A whole number without quotes that lies in `range`.
  func integer(in range: ClosedRange<Int>) -> Int? {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let text = text(expected: expected) else { return nil }
    guard case .scalar(_, isPlain: true) = node.content, text.utf8.allSatisfy({ $0 &- 48 < 10 }),
      let number = Int(text),
      range.contains(number)
    else {
      refuse("expected \(expected), found \(node.kind)")
      return nil
    }
    return number
  }

  /// `true` or `false` without quotes. YAML 1.1 also has `yes` and `on`, which YAML 1.2 reads as text: not taken.
  func boolean() -> Bool? {
    guard let text = text(expected: "true or false") else { return nil }
    guard case .scalar(_, isPlain: true) = node.content, let value = Bool(text) else {
      refuse("expected true or false, found \(node.kind)")
      return nil
    }
    return value
  }

  func duration() -> Duration? {
    value(expected: "a duration such as 10m, 1h30m, 500ms or 0s", DurationText.parse)
  }

  /// The elements of a list, none if it is something else; nothing is complained about.
  var elements: [Field] {
    guard case .sequence(let nodes) = node.content else { return [] }
    return nodes.enumerated().map { Field(node: $1, path: "\(path)[\($0)]", context: context) }
  }

  /// A list; elements that `read` refuses are left out.
  func list<Element>(of what: String, _ read: (Field) -> Element?) -> [Element]? {
    switch node.content {
    case .sequence:
      return elements.compactMap(read)
    case .refused:
      return nil
    case .null, .scalar, .mapping:
      refuse("expected a list of \(what) ([…], or one to a line with '- '), found \(node.kind)")
      return nil
    }
  }

  /// A group of keys, all of them known; nothing at all is a group without keys.
  func section<Key: SectionKey>(_ keys: Key.Type) -> Section<Key>? {
    entries(expected: "the keys \(Key.listed)").map { Section($0, of: self) }
  }

  /// The entries of a group whose keys are names of the operator's choice.
  func entries(expected: String) -> [YAMLNode.Entry]? {
    switch node.content {
    case .mapping(let entries):
      return entries
    case .null:
      return []
    case .refused:
      return nil
    case .scalar, .sequence:
      refuse("expected \(expected), found \(node.kind)")
      return nil
    }
  }

  /// The value of an entry of this group.
  func field(_ entry: YAMLNode.Entry) -> Field {
    Field(node: entry.value, path: path.isEmpty ? entry.key : "\(path).\(entry.key)", context: context)
  }
}
