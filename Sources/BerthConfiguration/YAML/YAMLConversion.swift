import Yams

/// Turns what Yams read into ``YAMLNode``s and refuses what a configuration must not contain.
struct YAMLConversion {
  /// Characters that ``RepairedSource`` put in, and what they stand for.
  let originals: [Unicode.Scalar: Unicode.Scalar]
  let findings: Findings

  /// Tags that plain values have of themselves; a tag that is written out with one of these names changes nothing.
  private static let resolvedTags: Set<String> = Set(
    ["str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge", "value"].map {
      "tag:yaml.org,2002:\($0)"
    } + ["", "!"]
  )

  func node(_ node: Node, path: String) -> YAMLNode {
    let location = Self.location(node)
    // An alias reads as the node that it repeats, which has the anchor: refusing anchors refuses both, and as nothing
    // below an anchor is walked, the walk is no longer than the file.
    if let anchor = node.anchor {
      findings.refuse(at: location, path: path, "anchors and aliases (&\(anchor.rawValue)) are not taken: write it out")
      return YAMLNode(location: location, content: .refused)
    }
    guard Self.resolvedTags.contains(node.tag.description) else {
      findings.refuse(at: location, path: path, "tags (\(quoted(node.tag.description))) are not taken")
      return YAMLNode(location: location, content: .refused)
    }
    return YAMLNode(location: location, content: content(node, path: path))
  }

  private func content(_ node: Node, path: String) -> YAMLNode.Content {
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain
      let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return isNull ? .null : .scalar(scalar.string, isPlain: isPlain)
    case .sequence(let sequence):
      return .sequence(sequence.enumerated().map { self.node($1, path: "\(path)[\($0)]") })
    case .mapping(let mapping):
      return .mapping(entries(mapping, path: path))
    case .alias:
      return .refused  // only ever made by hand, for writing
    }
  }

  private func entries(_ mapping: Node.Mapping, path: String) -> [YAMLNode.Entry] {
    var entries: [YAMLNode.Entry] = []
    var firstLines: [String: Int] = [:]
    for (key, value) in mapping {
      let location = Self.location(key)
      guard key.anchor == nil, let scalar = key.scalar else {
        findings.refuse(at: location, path: path, "a key must be a word")
        continue
      }
      let name = restored(scalar.string)
      let keyPath = path.isEmpty ? name : "\(path).\(name)"
      if let line = firstLines[name] {
        findings.refuse(at: location, path: keyPath, "stands here a second time; the first is in line \(line)")
        continue
      }
      firstLines[name] = location.line
      entries.append(.init(key: name, location: location, value: node(value, path: keyPath)))
    }
    return entries
  }

  private func restored(_ key: String) -> String {
    guard let first = key.unicodeScalars.first, let original = originals[first] else { return key }
    return String(original) + key.unicodeScalars.dropFirst().reduce(into: "") { $0.unicodeScalars.append($1) }
  }

  private static func location(_ node: Node) -> SourceLocation {
    SourceLocation(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }
}
