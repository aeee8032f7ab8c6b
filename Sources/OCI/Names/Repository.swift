/// A repository of a registry: `docker.io/library/alpine`.
///
/// The unit of access: what is held is shown for repositories that include it, and for no other.
public struct Repository: Sendable {
  /// The registry.
  public let upstream: UpstreamName
  /// The name within the registry.
  public let name: RepositoryName
  /// `upstream/name`. Kept ready, because it is the key under which the index holds everything of a repository.
  public let description: String

  /// The repository `name` of `upstream`.
  public init(upstream: UpstreamName, name: RepositoryName) {
    self.upstream = upstream
    self.name = name
    description = "\(upstream.description)/\(name.description)"
  }

  /// Reads `description` back.
  ///
  /// - Throws: `OCIError.invalidRepository` without a slash, else what `UpstreamName` or `RepositoryName` throws.
  public init(parsing text: some StringProtocol) throws(OCIError) {
    guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
      throw .invalidRepository(PrintableText.excerpt(text))
    }
    self.init(
      upstream: try UpstreamName(parsing: text[..<slash]),
      name: try RepositoryName(parsing: text[text.utf8.index(after: slash)...])
    )
  }
}

extension Repository: Hashable, Comparable, CustomStringConvertible {
  /// Whether the texts are equal: an upstream name holds no slash, so that the text has one reading.
  public static func == (left: Repository, right: Repository) -> Bool { left.description == right.description }

  /// Bytewise order of the texts.
  public static func < (left: Repository, right: Repository) -> Bool { left.description < right.description }

  /// Feeds the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
