/// One value of the file and where it begins.
struct YAMLNode {
  var location: SourceLocation
  var content: Content

  enum Content {
    /// Nothing: a key without a value, `~` or `null`.
    case null
    /// Text as it stands; plain when it has no quotes, so that it may be a number or a boolean.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// In the order of the file, no key twice.
    case mapping([Entry])
    /// Something refused already: no more is said about it.
    case refused
  }

  struct Entry {
    var key: String
    var location: SourceLocation
    var value: YAMLNode
  }

  /// The kind of value, as messages name it.
  var kind: String {
    switch content {
    case .null: "nothing"
    case .scalar(let text, _): quoted(text)
    case .sequence: "a list"
    case .mapping: "a group of keys"
    case .refused: "something refused"
    }
  }
}
