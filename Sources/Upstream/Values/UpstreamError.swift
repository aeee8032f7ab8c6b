public import OCI

/// A request to an upstream that came to nothing: what failed, and for which repository.
public struct UpstreamError: Error, Sendable, Hashable {
  /// The upstream that was asked.
  public let upstream: UpstreamName
  /// The repository that was asked for.
  public let repository: RepositoryName
  /// What went wrong.
  public let failure: UpstreamFailure
  /// Whether credentials are configured for the repository: then the advice to configure some is none.
  public let hasCredentials: Bool

  /// The failure of a request for something in `repository`.
  public init(
    _ failure: UpstreamFailure,
    upstream: UpstreamName,
    repository: RepositoryName,
    hasCredentials: Bool = false
  ) {
    (self.failure, self.upstream, self.repository) = (failure, upstream, repository)
    self.hasCredentials = hasCredentials
  }
}

extension UpstreamError: CustomStringConvertible {
  /// One line for an operator: `docker.io/library/alpine: timed out (first byte)`.
  public var description: String { "\(upstream)/\(repository): \(failure)" }
}
