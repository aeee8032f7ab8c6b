public import OCI
import PullThrough
import Upstream

/// How an upstream stands: what keeps Berth from asking it now, and for how long.
public struct UpstreamReport: Sendable, Hashable {
  /// One of its endpoints.
  public struct EndpointReport: Sendable, Hashable {
    /// Its URL.
    public var endpoint: String
    /// Seconds for which its circuit breaker stays open, rounded up; nil while it is closed.
    public var openSeconds: Int64?
    /// The failure that came last, where the circuit breaker is open.
    public var reason: String?
  }

  /// The upstream.
  public var upstream: UpstreamName
  /// Its endpoints, in the order in which they are asked.
  public var endpoints: [EndpointReport]
  /// Seconds for which a rate limit keeps all accounts from asking for manifests, rounded up; nil if one may ask.
  public var limitedSeconds: Int64?

  init(_ client: any UpstreamRegistry) {
    upstream = client.name
    endpoints = client.endpointStates.map { state in
      EndpointReport(
        endpoint: "\(state.endpoint)",
        openSeconds: state.opening?.time.wholeSeconds,
        reason: state.opening?.reason.map { "\($0)" }
      )
    }
    limitedSeconds = AllowanceReport(client)?.restSeconds
  }

  /// Whether something keeps Berth from asking it.
  public var isInTrouble: Bool { limitedSeconds != nil || endpoints.contains { $0.openSeconds != nil } }
}

extension Reports {
  /// How the upstreams stand that are expected to be used or were, sorted by name. Memory only.
  public var upstreams: [UpstreamReport] {
    let table = pullThrough.upstreams
    return pullThrough.metrics.allUpstreams.compactMap { $0.upstream.flatMap { table[$0] } }.map { UpstreamReport($0) }
  }
}
