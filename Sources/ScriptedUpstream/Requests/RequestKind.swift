/// What a request is after. Counters, rules and waits are by kind.
public enum RequestKind: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  /// `GET` or `HEAD /v2/`.
  case ping
  case manifestGet, manifestHead, blobGet, blobHead, tagsList, referrers
  /// A request to the token service, wherever that listens.
  case token
  /// A request to the storage origin: what a redirect led to.
  case redirectTarget
  /// Anything that the recorder origin received.
  case recorder
  /// A path or method that the tool does not know.
  case other
}
