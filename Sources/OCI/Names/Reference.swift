/// What a manifest is asked for by (distribution-spec §Pulling manifests: `<reference>` MUST be a digest or a tag).
public enum Reference: Hashable, Sendable {
  case tag(Tag)
  case digest(Digest)

  /// Reads a reference. A colon makes it a digest, because no tag may hold one.
  ///
  /// - Throws: what `Digest` or `Tag` throws.
  public init(parsing text: some StringProtocol) throws(OCIError) {
    if text.utf8.contains(UInt8(ascii: ":")) {
      self = .digest(try Digest(parsing: text))
    } else {
      self = .tag(try Tag(parsing: text))
    }
  }
}

extension Reference: CustomStringConvertible {
  /// The text as it stands in a request path.
  public var description: String {
    switch self {
    case .tag(let tag): tag.description
    case .digest(let digest): digest.description
    }
  }
}
