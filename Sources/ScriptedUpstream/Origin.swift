/// One of the tool's listeners, each an origin (scheme, host and port) of its own to whoever calls it.
public enum Origin: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  /// The registry: `/v2/…`.
  case registry
  /// Where redirects of content lead: signed-looking links, as of an object store or a CDN.
  case storage
  /// The token service.
  case token
  /// Records whatever is sent and answers 200: the place where nothing should arrive. Plain HTTP even when the others
  /// speak TLS.
  case recorder
}
