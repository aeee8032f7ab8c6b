public import OCI
public import Upstream

/// Somewhere that a content's bytes can be fetched from, known by their digest. A registry is one.
///
/// Whoever answers is not believed: the bytes are a claim until length and digest have been verified.
public protocol ContentSource: Sendable {
  /// Begins to fetch content: returns when the head of the answer is there, while the body arrives.
  /// - Returns: the bytes from an offset on. A source that does not serve ranges sends the whole: see `BlobTransfer.start`.
  func open(_ request: ContentRequest) async throws(UpstreamError) -> BlobTransfer
}

/// What is asked of a ``ContentSource``.
public struct ContentRequest: Sendable {
  /// The repository whose access is used.
  public var repository: RepositoryName
  /// What is wanted.
  public var digest: Digest
  /// Which part of it.
  public var range: BlobRange
  /// Where a transfer of it has just broken off: the source's other endpoints are asked first.
  public var avoided: Upstream.Endpoint?
  /// How long the head of the answer is waited for; nil for as long as the source's settings say.
  public var headPatience: Duration?
  /// Called when nothing is asked for the moment, since a rate limit is waited out: with true, and with false when the source
  /// is asked again.
  public var whenPaused: (@Sendable (Bool) -> Void)?

  /// A request for a part of some content.
  public init(
    _ digest: Digest,
    in repository: RepositoryName,
    range: BlobRange = .whole,
    avoiding avoided: Upstream.Endpoint? = nil,
    headPatience: Duration? = nil,
    whenPaused: (@Sendable (Bool) -> Void)? = nil
  ) {
    (self.repository, self.digest, self.range) = (repository, digest, range)
    (self.avoided, self.headPatience, self.whenPaused) = (avoided, headPatience, whenPaused)
  }
}
