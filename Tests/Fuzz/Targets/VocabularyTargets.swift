import OCI

extension FuzzTarget {
  /// Names and digests: what is accepted reads back as what it was.
  static let vocabulary = [
    text("digest") { text in
      guard let digest = try? Digest(parsing: text) else { return }
      try promise(digest.description == text, "a digest reads back")
    },
    text("repository-name") { text in
      guard let name = try? RepositoryName(parsing: text) else { return }
      try promise(name.description == text && text.utf8.count <= 255, "a name reads back")
    },
    text("tag") { text in
      guard let tag = try? Tag(parsing: text) else { return }
      try promise(tag.description == text, "a tag reads back")
    },
    text("reference") { text in
      if let reference = try? Reference(parsing: text) {
        try promise(reference.description == text, "a reference reads back")
      }
      if let repository = try? Repository(parsing: text) {
        let again = try Repository(parsing: repository.description)
        try promise(again == repository, "a repository reads back")
      }
      if let scope = try? Scope(parsing: text) {
        let again = try Scope(parsing: scope.description)
        try promise(again == scope, "a scope reads back")
      }
    },
    text("upstream-name") { text in
      guard let name = try? UpstreamName(parsing: text) else { return }
      let again = try UpstreamName(parsing: name.description)
      try promise(again == name, "an upstream's name reads back")
    },
    text("media-type") { text in
      if let type = MediaType(parsing: text) {
        try promise(MediaType(parsing: type.description) == type, "a media type reads back")
      }
      if let platform = Platform(parsing: text) {
        try promise(Platform(parsing: platform.description) == platform, "a platform reads back")
      }
    },
  ]
}
