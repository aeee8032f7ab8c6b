import Yams

/// Keys of a YAML mapping that are ours: lists begin with our elements, other values are ours. Every other line of the file
/// stays as it is, comments too.
struct YAMLMerge: Sendable {
  /// A file with our keys alone.
  let text: String

  /// Far more changes than any file of ours needs.
  private static let maxEdits = 10_000

  /// `existing` with our keys put in; the same text if they are all there.
  func merged(into existing: String, path: String) throws(SetupError) -> String {
    guard let theirs = try Self.root(of: existing, path: path) else {
      // Nothing but comments.
      return existing.hasSuffix("\n") || existing.isEmpty ? existing + text : existing + "\n" + text
    }
    guard theirs.mapping != nil else { throw .cannotMerge(path: path, reason: "it is no mapping") }
    guard let ours = try Self.root(of: text, path: path) else { return existing }
    guard let wanted = Self.merge(ours, into: theirs) else {
      throw .cannotMerge(path: path, reason: "it has another kind of value where ours belongs")
    }
    var result = existing
    var node = theirs
    for _ in 0..<Self.maxEdits where !Self.same(node, wanted) {
      // One change at a time: lines move between them.
      guard let edited = YAMLEdit(of: result).adding(ours, to: node) else { throw Self.unusualForm(path) }
      result = edited
      guard let read = try? Self.root(of: result, path: path) else { throw Self.unusualForm(path) }
      node = read
    }
    // What was edited as text must say what was meant.
    guard Self.same(node, wanted) else { throw Self.unusualForm(path) }
    return result
  }

  private static func unusualForm(_ path: String) -> SetupError {
    .cannotMerge(path: path, reason: "it is written in a form that cannot be added to")
  }

  /// The one document of a text; nil if there is nothing in it.
  private static func root(of text: String, path: String) throws(SetupError) -> Node? {
    let root: Node?
    let isPlain: Bool
    do {
      // Two equal keys or a second document are errors here too.
      let parser = try Parser(yaml: text)
      root = try parser.singleRoot()
      // Nodes hold their anchors weakly; the parser owns them.
      isPlain = withExtendedLifetime(parser) { root.map { !hasAnchors($0) } ?? true }
    } catch {
      throw .cannotMerge(path: path, reason: "it is not valid YAML")
    }
    // Nodes do not say where an alias stood: what is changed at one place would change at others.
    guard isPlain else { throw .cannotMerge(path: path, reason: "it has anchors") }
    return root
  }

  /// What both say together; nil where one has a list or a group and the other has not.
  private static func merge(_ ours: Node, into theirs: Node) -> Node? {
    switch (ours, theirs) {
    case (.mapping(let additions), .mapping(var mapping)):
      for (key, value) in additions {
        guard let present = mapping[key] else {
          mapping[key] = value
          continue
        }
        guard let merged = merge(value, into: present) else { return nil }
        mapping[key] = merged
      }
      return .mapping(mapping)
    case (.sequence(let additions), .sequence(let list)):
      let missing = additions.filter { !list.contains($0) }
      return .sequence(Node.Sequence(missing + Array(list)))
    case (.scalar, .scalar): return ours
    // A key without a value.
    case (_, .scalar(let scalar)) where scalar.string.isEmpty && scalar.style == .plain: return ours
    default: return nil
    }
  }

  /// Whether two documents say the same: the order of a mapping's keys says nothing.
  static func same(_ one: Node, _ other: Node) -> Bool {
    switch (one, other) {
    case (.mapping(let one), .mapping(let other)):
      one.count == other.count && one.allSatisfy { key, value in other[key].map { same(value, $0) } ?? false }
    case (.sequence(let one), .sequence(let other)):
      one.count == other.count && zip(one, other).allSatisfy { same($0, $1) }
    default: one == other
    }
  }

  private static func hasAnchors(_ node: Node) -> Bool {
    switch node {
    case .scalar, .alias: node.anchor != nil
    case .sequence(let sequence): sequence.anchor != nil || sequence.contains(where: hasAnchors)
    case .mapping(let mapping):
      mapping.anchor != nil || mapping.contains { hasAnchors($0.key) || hasAnchors($0.value) }
    }
  }
}
