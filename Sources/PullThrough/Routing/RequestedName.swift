/// A repository as a client names it, before it is known which upstream is meant.
public struct RequestedName: Sendable, Equatable {
  /// Segments before `/v2/`: newer dockerd mirrors put the upstream there (`/docker.io/v2/…`).
  public var prefix: [String]
  /// Segments between `/v2/` and the endpoint's own, percent-decoded, none empty.
  public var segments: [String]
  /// The `ns` parameter, if given: the registry that the client means.
  public var namespace: String?
  /// The `Host` header, if given.
  public var host: String?

  /// A name as it was sent; nothing is checked yet.
  public init(prefix: [String] = [], segments: [String], namespace: String? = nil, host: String? = nil) {
    self.prefix = prefix
    self.segments = segments
    self.namespace = namespace
    self.host = host
  }
}
