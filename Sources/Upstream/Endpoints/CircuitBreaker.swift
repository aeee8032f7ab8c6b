import Logging
import OCI
import Synchronization

/// Leaves an endpoint alone that fails again and again, and at one that is well the things that do: who asks for them
/// fails at once instead of waiting.
///
/// It stands before requests only: what is held is served whatever its state, and a body under way runs on.
final class CircuitBreaker: Sendable {
  private struct State {
    var health: EndpointHealth
    /// What came last of what was no answer.
    var lastTrouble: EndpointTrouble?
  }

  private let state: Mutex<State>
  private let endpoint: Endpoint
  private let log: Logger

  init(_ endpoint: Endpoint, limits: Limits, log: Logger) {
    (self.endpoint, self.log) = (endpoint, log)
    let machine = StateMachine(
      threshold: limits.breakerThreshold,
      firstPause: limits.firstBreakerPause,
      longestPause: limits.longestBreakerPause
    )
    state = Mutex(State(health: EndpointHealth(machine, capacity: limits.maxTroubledThings)))
  }

  /// What failed last.
  var lastTrouble: EndpointTrouble? { state.withLock { $0.lastTrouble } }

  /// Asks the endpoint, if it may be asked.
  /// - Throws: `resting` at once if it may not.
  func run(
    _ thing: RequestSubject,
    _ ask: (EndpointVisit) async throws(UpstreamFailure) -> WireResponse
  ) async throws(UpstreamFailure) -> WireResponse {
    let pass = try admit(thing)
    let visit = EndpointVisit()
    do throws(UpstreamFailure) {
      let response = try await ask(visit)
      let failure = UpstreamFailure.failed(status: response.status, message: nil)
      note(thing, pass, visit, UpstreamFailure.isGatewayTrouble(response.status) ? failure : nil)
      return response
    } catch {
      note(thing, pass, visit, error)
      throw error
    }
  }

  /// How long it stays open, and why; nil while it is closed.
  var opening: (time: Duration, because: UpstreamFailure?)? {
    state.withLock { state in
      state.health.pause(now: .now).map { ($0, state.lastTrouble?.failure) }
    }
  }

  private func admit(_ thing: RequestSubject) throws(UpstreamFailure) -> EndpointHealth.Pass {
    let (admission, trouble) = state.withLock { ($0.health.admit(thing, now: .now), $0.lastTrouble) }
    switch admission {
    case .ask(let pass): return pass
    case .skip(let pause, _): throw .resting(for: pause, after: trouble?.failure ?? .unreachable("failed before"))
    }
  }

  private func note(
    _ thing: RequestSubject,
    _ pass: EndpointHealth.Pass,
    _ visit: EndpointVisit,
    _ failure: UpstreamFailure?
  ) {
    let outcome: EndpointHealth.Outcome =
      switch failure?.blame {
      case nil, .request?: .answered
      case .host?, .thing?: .failed
      case .nobody?: .unknown
      }
    let change = state.withLock { state in
      if outcome == .failed, let failure { state.lastTrouble = EndpointTrouble(failure) }
      let chance = Double.random(in: 0..<1)
      return state.health.ended(thing, pass, visit.showing, outcome, now: .now, chance: chance)
    }
    switch change {
    case .unchanged: break
    case .closed: log.notice("an endpoint is asked again", metadata: ["endpoint": "\(endpoint)"])
    case .opened(let pause):
      let because = failure.map { "\($0)" } ?? "-"
      log.warning(
        "an endpoint fails again and again and is left alone",
        metadata: ["endpoint": "\(endpoint)", "because": "\(because)", "for": .stringConvertible(pause)]
      )
    }
  }
}
