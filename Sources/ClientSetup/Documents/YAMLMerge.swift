import Yams

/// Keys of a YAML mapping that are ours; whatever else is in the file stays, but for its comments.
struct YAMLMerge: Sendable {
  /// A file with our keys alone.
  let text: String

  /// `existing` with our keys put in; the same text if they are all there.
  func merged(into existing: String, path: String) throws(SetupError) -> String {
    guard let theirs = try Self.root(of: existing, path: path) else { return text }
    guard theirs.mapping != nil else { throw .cannotMerge(path: path, reason: "it is no mapping") }
    guard let ours = try Self.root(of: text, path: path) else { return existing }
    let merged = Self.merge(ours, into: theirs)
    guard merged != theirs else { return existing }
    do {
      return try Yams.serialize(node: merged)
    } catch {
      throw .cannotMerge(path: path, reason: "it cannot be written again as YAML")
    }
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
    // Nodes do not say where an alias stood: what was written once would be written out wherever it is meant.
    guard isPlain else { throw .cannotMerge(path: path, reason: "it has anchors") }
    return root
  }

  private static func merge(_ ours: Node, into theirs: Node) -> Node {
    guard let additions = ours.mapping, var mapping = theirs.mapping else { return ours }
    for (key, value) in additions {
      mapping[key] = mapping[key].map { merge(value, into: $0) } ?? value
    }
    return .mapping(mapping)
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
