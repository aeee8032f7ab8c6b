/// The keys that a section may have, spelt as in the file.
protocol SectionKey: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {}

extension SectionKey {
  /// All keys for a message: "path, capacity".
  static var listed: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// A group of keys of which each is known; unknown ones have been refused when it is made.
struct Section<Key: SectionKey> {
  /// The section as a whole, for complaints about what is missing.
  let field: Field
  /// Whether a key has been refused: what seems to be missing may be that one.
  let hasUnknownKeys: Bool
  private let fields: [Key: Field]

  init(_ entries: [YAMLNode.Entry], of field: Field) {
    var fields: [Key: Field] = [:]
    for entry in entries {
      let value = field.field(entry)
      if let key = Key(rawValue: entry.key) {
        fields[key] = value
      } else {
        field.context.findings.refuse(at: entry.location, path: value.path, Self.complaint(about: entry.key))
      }
    }
    self.field = field
    self.fields = fields
    hasUnknownKeys = fields.count < entries.count
  }

  /// The value of `key`, if it is set.
  subscript(key: Key) -> Field? { fields[key] }

  /// Complains that something is not there, unless it may be there misspelt.
  func lacks(_ complaint: String) {
    if !hasUnknownKeys { field.refuse("lacks \(complaint)") }
  }

  private static func complaint(about key: String) -> String {
    if key == "<<" { return "merge keys are not taken: write the keys out" }
    if let nearest = NearestName.of(key, among: Key.allCases.map(\.rawValue)) {
      return "unknown key; did you mean '\(nearest)'?"
    }
    return "unknown key; known here: \(Key.listed)"
  }
}
