public import Logging
import Memory
public import OCI

/// Speaks to one upstream: manifests, blobs, tags and referrers, with whatever tokens and redirects that takes.
///
/// Knows no store and holds nothing that it fetched. Every answer is a claim until its bytes are verified.
public final class UpstreamClient: Sendable {
  /// All that is configured.
  public let settings: UpstreamSettings
  let limits: Limits
  let memory: MemoryBudget
  let endpoints: [EndpointSession]
  /// The places of all requests but transfers of blobs.
  let asks: AskAdmission
  private let log: Logger

  /// The name by which clients and the store know the upstream.
  public var name: UpstreamName { settings.name }

  /// A client for the upstream that `settings` describe. Nothing is dialled yet.
  public init(_ settings: UpstreamSettings, transport: UpstreamTransport, limits: Limits, log: Logger) {
    self.settings = settings
    self.limits = limits
    memory = transport.memory
    var log = log
    log[metadataKey: "upstream"] = "\(settings.name)"
    let credentials = CredentialStore(settings, environment: transport.environment, limits: limits, log: log)
    let dialer = Dialer(settings: settings, transport: transport, limits: limits, log: log)
    self.log = log
    asks = AskAdmission(limits: limits)
    endpoints = settings.endpoints.map { endpoint in
      let budgets = RateBudgets(limits: limits)
      let authorizer = Authorizer(endpoint, settings, credentials, budgets, dialer: dialer, limits: limits)
      if endpoint.origin.scheme == .http {
        log.notice("what is fetched from this endpoint can be seen on the way", metadata: ["endpoint": "\(endpoint)"])
      }
      let breaker = CircuitBreaker(endpoint, limits: limits, log: log)
      return EndpointSession(endpoint, authorizer, dialer, budgets: budgets, breaker: breaker, limits: limits)
    }
  }

  /// Does something with one endpoint after another until one of them helps; see `EndpointRound`.
  ///
  /// - Parameters:
  ///   - avoided: the endpoint that is asked last, because a transfer from it has just broken off.
  ///   - patience: how long the last endpoint's answer is waited for; nil for as long as any.
  func attempt<Value>(
    avoiding avoided: Endpoint? = nil,
    waitingForHead patience: Duration? = nil,
    _ work: (EndpointSession) async throws(UpstreamFailure) -> Value
  ) async throws(UpstreamFailure) -> Value {
    if endpoints.isEmpty { throw .unreachable("no endpoint is configured") }
    var round = EndpointRound(
      count: endpoints.count,
      ownPlace: endpoints.firstIndex { $0.endpoint.origin == settings.ownOrigin },
      avoiding: endpoints.firstIndex { $0.endpoint == avoided }
    )
    while let place = round.next() {
      var session = endpoints[place]
      if let patience, round.isLast { session = session.waiting(forHead: patience) }
      do throws(UpstreamFailure) {
        // A transfer under way is carried on whatever the breaker says, and its troubles do not trip it: it has pauses
        // and an end of its own.
        return try await work(session.endpoint == avoided ? session.unguarded : session)
      } catch {
        guard round.failed(error, at: place) else { throw error }
        if endpoints.count > 1 {
          log.debug("an endpoint did not help", metadata: ["endpoint": "\(session.endpoint)", "because": "\(error)"])
        }
      }
    }
    throw round.outcome
  }

  func describe(_ failure: UpstreamFailure, _ repository: RepositoryName) -> UpstreamError {
    let hasCredentials = settings.credentials.contains { $0.covers(repository) }
    return UpstreamError(failure, upstream: name, repository: repository, hasCredentials: hasCredentials)
  }
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
