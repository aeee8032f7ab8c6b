import Glibc

/// How one endpoint of an upstream stands.
public struct EndpointState: Sendable, Hashable {
  /// An open circuit breaker.
  public struct Opening: Sendable, Hashable {
    /// How long the endpoint is not asked; zero while one request finds out whether it may be again.
    public var time: Duration
    /// The failure that came last; nil if none is remembered.
    public var reason: UpstreamFailure?
  }

  /// The endpoint.
  public var endpoint: Endpoint
  /// Its circuit breaker, if that is open; nil while it is closed and requests are sent.
  public var opening: Opening?
  /// What it, or what it leads to, failed with last; nil if it never has.
  public var lastTrouble: EndpointTrouble?
}

/// A failure of an endpoint or of what it leads to, and when it was.
public struct EndpointTrouble: Sendable, Hashable {
  /// What failed.
  public var failure: UpstreamFailure
  /// In seconds since 1970.
  public var time: Int64

  /// A failure of just now.
  init(_ failure: UpstreamFailure) { (self.failure, time) = (failure, Int64(Glibc.time(nil))) }
}
