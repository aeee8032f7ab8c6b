import OCI

/// Values for tests, made from literals that are known to be right.
enum Sample {
  static func name(_ text: String) -> RepositoryName {
    guard let name = try? RepositoryName(parsing: text) else { preconditionFailure("not a name: \(text)") }
    return name
  }

  static func tag(_ text: String) -> Reference {
    guard let tag = try? Tag(parsing: text) else { preconditionFailure("not a tag: \(text)") }
    return .tag(tag)
  }

  static func upstream(_ text: String) -> UpstreamName {
    guard let name = try? UpstreamName(parsing: text) else { preconditionFailure("not an upstream: \(text)") }
    return name
  }

  /// The digest of a text.
  static func digest(_ text: String) -> Digest { Digest.of(text.utf8) }
}
