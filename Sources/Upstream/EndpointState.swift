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

extension UpstreamClient {
  /// How the upstream's endpoints stand, in their order. Memory only.
  public var endpointStates: [EndpointState] {
    endpoints.map { session in
      EndpointState(
        endpoint: session.endpoint,
        opening: session.breaker.opening.map { EndpointState.Opening(time: $0.time, reason: $0.because) },
        lastTrouble: session.breaker.lastTrouble
      )
    }
  }
}
