public import OCI

/// One place where an upstream's content can be had: its own registry, a mirror of the same content, or a project of
/// another registry in which it lies below a name.
public struct Endpoint: Hashable, Sendable {
  /// What Berth connects to. It is dialled as written, whatever it resolves to: writing it down allows it.
  public let origin: Origin
  /// What stands before `/v2/` in each path, without a slash at the end; empty for most registries.
  public let pathPrefix: String
  /// What stands before each repository's name, as in `/v2/hub-proxy/library/alpine/…` at a Harbor that caches another
  /// registry in a project `hub-proxy`; nil for most registries.
  public let project: RepositoryName?

  /// An endpoint at `origin`.
  public init(origin: Origin) {
    self.origin = origin
    (pathPrefix, project) = ("", nil)
  }

  /// Reads `https://registry-1.docker.io`, `https://mirror.example/prefix` (asked as `/prefix/v2/NAME`) or
  /// `https://harbor.example/v2/hub-proxy` (asked as `/v2/hub-proxy/NAME`); a trailing slash is dropped.
  ///
  /// Nil if it is not an `http` or `https` URL, has a user name, a query or a fragment, or if what stands behind `/v2/`
  /// cannot be a repository's name.
  public init?(parsing text: some StringProtocol) {
    guard !text.utf8.contains(UInt8(ascii: "#")), let url = WebURL(parsing: text), url.query == nil else { return nil }
    origin = url.origin
    var path = Substring(url.path)
    while path.last == "/" { path.removeLast() }
    guard let place = path.firstRange(of: "/v2/") else {
      (pathPrefix, project) = (String(path), nil)
      return
    }
    guard let project = try? RepositoryName(parsing: String(path[place.upperBound...])) else { return nil }
    (pathPrefix, self.project) = (String(path[..<place.lowerBound]), project)
  }

  /// What a repository is called there. A name that would be too long is left as it is: nobody has it.
  func name(of repository: RepositoryName) -> RepositoryName {
    guard let project else { return repository }
    return (try? RepositoryName(parsing: "\(project)/\(repository)")) ?? repository
  }
}

extension Endpoint: CustomStringConvertible {
  /// The endpoint as a URL.
  public var description: String { origin.description + pathPrefix + (project.map { "/v2/\($0)" } ?? "") }
}
