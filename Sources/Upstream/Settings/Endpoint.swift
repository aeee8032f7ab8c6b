/// One place where an upstream's content can be had: its own registry, or a mirror of the same content.
public struct Endpoint: Hashable, Sendable {
  /// What Berth connects to. It is dialled as written, whatever it resolves to: writing it down allows it.
  public let origin: Origin
  /// What stands before `/v2/` in each path, without a slash at the end; empty for most registries.
  public let pathPrefix: String

  /// An endpoint at `origin`.
  public init(origin: Origin) {
    self.origin = origin
    pathPrefix = ""
  }

  /// Reads `https://registry-1.docker.io` or `https://mirror.example/prefix`; a trailing slash is dropped.
  ///
  /// Nil if it is not an `http` or `https` URL, or has a user name, a query or a fragment.
  public init?(parsing text: some StringProtocol) {
    guard !text.utf8.contains(UInt8(ascii: "#")), let url = WebURL(parsing: text), url.query == nil else { return nil }
    origin = url.origin
    var path = Substring(url.path)
    while path.last == "/" { path.removeLast() }
    pathPrefix = String(path)
  }
}

extension Endpoint: CustomStringConvertible {
  /// The endpoint as a URL.
  public var description: String { origin.description + pathPrefix }
}
