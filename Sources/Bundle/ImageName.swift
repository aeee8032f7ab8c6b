public import OCI

/// The full name of an image, wherever it is at the moment: `docker.io/library/alpine:3.20`.
public struct ImageName: Hashable, Sendable {
  /// The repository that it comes from.
  public let repository: Repository
  /// Its tag; nil if it is named by digest alone.
  public let tag: Tag?
  /// Its digest; nil if it is named by tag alone.
  public let digest: Digest?

  /// A name of these parts; without either, the tag `latest` is meant.
  public init(_ repository: Repository, tag: Tag?, digest: Digest? = nil) {
    (self.repository, self.tag, self.digest) = (repository, tag, digest)
  }

  /// Reads what people write: `alpine`, `alpine:3.20`, `quay.io/team/app@sha256:…`, `docker.io/library/alpine:3.20`.
  ///
  /// As engines do, a first part that looks like no host means Docker Hub, one part alone means `library/…` there, and
  /// neither tag nor digest means the tag `latest`. With both, the digest says what is fetched, and the tag what it is
  /// called.
  ///
  /// - Throws: ``BundleError/nameInvalid(_:reason:)``.
  public init(parsing text: String) throws(BundleError) {
    do throws(OCIError) {
      var rest = text[...]
      var digest: Digest?
      if let at = rest.firstIndex(of: "@") {
        digest = try Digest(parsing: rest[rest.index(after: at)...])
        rest = rest[..<at]
      }
      var tag: Tag?
      if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
        tag = try Tag(parsing: rest[rest.index(after: colon)...])
        rest = rest[..<colon]
      }
      if tag == nil, digest == nil { tag = try Tag(parsing: "latest") }
      self.init(try Self.repository(rest), tag: tag, digest: digest)
    } catch {
      throw .nameInvalid(text, reason: "\(error)")
    }
  }

  /// Whether `text` says which registry it means, or at least which of its repositories.
  static func isFull(_ text: String) -> Bool { text.contains("/") && (try? ImageName(parsing: text)) != nil }

  private static func repository(_ text: Substring) throws(OCIError) -> Repository {
    guard let slash = text.firstIndex(of: "/"), looksLikeHost(text[..<slash]) else {
      let hub = try UpstreamName(parsing: "docker.io")
      let name = text.contains("/") ? String(text) : "library/\(text)"
      return Repository(upstream: hub, name: try RepositoryName(parsing: name))
    }
    let host = text[..<slash]
    let rest = text[text.index(after: slash)...]
    guard !hubAliases.contains(host.lowercased()) else { return try repository("docker.io/\(rest)"[...]) }
    let isShort = host == "docker.io" && !rest.contains("/")
    return Repository(
      upstream: try UpstreamName(parsing: host),
      name: try RepositoryName(parsing: isShort ? "library/\(rest)" : String(rest))
    )
  }

  private static let hubAliases: Set<String> = ["index.docker.io", "registry-1.docker.io"]

  private static func looksLikeHost(_ part: Substring) -> Bool {
    part.contains(".") || part.contains(":") || part == "localhost"
  }

  /// What to ask a registry for.
  var reference: Reference? { digest.map(Reference.digest) ?? tag.map(Reference.tag) }

  /// The name under which the image travels: by its tag where it has one.
  var traveling: ImageName { tag == nil ? self : ImageName(repository, tag: tag) }
}

extension ImageName: Comparable, CustomStringConvertible {
  /// The name in full.
  public var description: String {
    "\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
  }

  /// Bytewise order of the texts.
  public static func < (left: ImageName, right: ImageName) -> Bool { left.description < right.description }
}
