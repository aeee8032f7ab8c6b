import Yams

/// Puts one thing that is missing into a YAML text, at the place where the parser saw what it belongs to.
///
/// It need not be right about every form of the language: what it makes is parsed again and compared with what was meant.
struct YAMLEdit {
  private var lines: [String]

  init(of text: String) { lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

  /// The text with the first of `ours` that `node`, which the text stands for, lacks; nil if there is no way.
  func adding(_ ours: Node, to node: Node) -> String? {
    var edit = self
    guard edit.add(ours, to: node) == true else { return nil }
    return edit.lines.joined(separator: "\n")
  }

  /// - Returns: whether anything was changed; nil if it could not be.
  private mutating func add(_ ours: Node, to theirs: Node) -> Bool? {
    switch (ours, theirs) {
    case (.mapping(let additions), .mapping(let mapping)):
      for (key, value) in additions {
        guard let present = mapping[key] else { return insert(key, value, into: mapping) }
        if YAMLMerge.same(present, value) { continue }
        if isEmpty(present), let own = mapping.first(where: { $0.key == key })?.key {
          return fill(own, with: value)
        }
        guard let isChanged = add(value, to: present) else { return nil }
        if isChanged { return true }
      }
      return false
    case (.sequence(let additions), .sequence(let list)):
      // The last one first: those that come after it are put before it.
      guard let missing = additions.last(where: { !list.contains($0) }) else { return false }
      return prepend(missing, to: list)
    case (.scalar(let scalar), .scalar(let old)): return ours == theirs ? false : replace(old, by: scalar)
    default: return nil
    }
  }

  /// A plain scalar of no text: a key without a value.
  private func isEmpty(_ node: Node) -> Bool {
    if case .scalar(let scalar) = node { return scalar.string.isEmpty && scalar.style == .plain }
    return false
  }

  private mutating func insert(_ key: Node, _ value: Node, into mapping: Node.Mapping) -> Bool? {
    guard let mark = mapping.mark, let place = index(of: mark) else { return nil }
    if mapping.style == .flow || lines[mark.line - 1][place...].first == "{" {
      let separator = mapping.isEmpty ? "" : ", "
      let behind = lines[mark.line - 1].index(after: place)
      lines[mark.line - 1].insert(contentsOf: "\(Self.flow(key)): \(Self.flow(value))\(separator)", at: behind)
      return true
    }
    guard let last = mapping.map(\.key).compactMap(\.mark).last else { return nil }
    lines.insert(contentsOf: Self.block(key, value, indent: mark.column - 1), at: end(ofBlockAt: last))
    return true
  }

  /// Puts a value behind a key that has none.
  private mutating func fill(_ key: Node, with value: Node) -> Bool? {
    guard let mark = key.mark else { return nil }
    lines.insert(contentsOf: Self.block(value, indent: mark.column + 1), at: mark.line)
    return true
  }

  private mutating func prepend(_ element: Node, to list: Node.Sequence) -> Bool? {
    guard let mark = list.mark, let place = index(of: mark) else { return nil }
    let line = mark.line - 1
    if list.style == .flow || lines[line][place...].first == "[" {
      let separator = list.isEmpty ? "" : ", "
      lines[line].insert(contentsOf: Self.flow(element) + separator, at: lines[line].index(after: place))
    } else {
      lines.insert(Self.blanks(mark.column - 1) + "- " + Self.flow(element), at: line)
    }
    return true
  }

  private mutating func replace(_ old: Node.Scalar, by new: Node.Scalar) -> Bool? {
    guard let mark = old.mark, let place = index(of: mark) else { return nil }
    let rest = lines[mark.line - 1][place...]
    let spellings = [old.string, "\"\(old.string)\"", "'\(old.string)'"]
    guard let written = spellings.first(where: { rest.hasPrefix($0) && !$0.isEmpty }) else { return nil }
    let range = place..<lines[mark.line - 1].index(place, offsetBy: written.count)
    lines[mark.line - 1].replaceSubrange(range, with: Self.flow(.scalar(new)))
    return true
  }

  /// The line behind the block of the key at `mark`: all that is indented deeper, and list items beside the key. Comments
  /// and empty lines that follow belong to what comes next.
  private func end(ofBlockAt mark: Mark) -> Int {
    var end = mark.line
    for number in mark.line..<max(mark.line, lines.count) {
      let content = lines[number].drop { $0 == " " }
      let depth = lines[number].count - content.count
      if content.isEmpty || content.first == "#" || content.first == "\r" { continue }
      guard depth >= mark.column || depth == mark.column - 1 && content.hasPrefix("- ") else { break }
      end = number + 1
    }
    return end
  }

  /// Where a mark is in its line: the parser counts scalars, and both from 1.
  private func index(of mark: Mark) -> String.Index? {
    guard lines.indices.contains(mark.line - 1) else { return nil }
    let scalars = lines[mark.line - 1].unicodeScalars
    return scalars.index(scalars.startIndex, offsetBy: mark.column - 1, limitedBy: scalars.endIndex)
  }

  // MARK: Writing

  private static func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  private static func block(_ key: Node, _ value: Node, indent: Int) -> [String] {
    if case .scalar = value { return ["\(blanks(indent))\(flow(key)): \(flow(value))"] }
    return ["\(blanks(indent))\(flow(key)):"] + block(value, indent: indent + 2)
  }

  private static func block(_ node: Node, indent: Int) -> [String] {
    switch node {
    case .mapping(let mapping): mapping.flatMap { block($0.key, $0.value, indent: indent) }
    case .sequence(let list): list.map { "\(blanks(indent))- \(flow($0))" }
    case .scalar, .alias: [blanks(indent) + flow(node)]
    }
  }

  private static func flow(_ node: Node) -> String {
    switch node {
    case .mapping(let mapping): "{" + mapping.map { "\(flow($0.key)): \(flow($0.value))" }.joined(separator: ", ") + "}"
    case .sequence(let list): "[" + list.map(flow).joined(separator: ", ") + "]"
    case .scalar(let scalar):
      scalar.string.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "_") } && !scalar.string.isEmpty
        ? scalar.string : TOMLText.string(scalar.string)
    case .alias: ""
    }
  }
}
