import Logging
import OCI
import Synchronization

/// Leaves an endpoint alone that fails again and again: who asks for it fails at once instead of waiting.
///
/// It stands before requests only: what is held is served whatever its state, and a body under way runs on.
final class CircuitBreaker: Sendable {
  private struct State {
    var machine: StateMachine
    /// Why the endpoint is left alone.
    var lastFailure: UpstreamFailure?
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
    state = Mutex(State(machine: machine))
  }

  /// Asks the endpoint, if it may be asked.
  /// - Throws: `resting` at once if it may not.
  func run<Value>(_ ask: () async throws(UpstreamFailure) -> Value) async throws(UpstreamFailure) -> Value {
    let isProbe = try admit()
    do throws(UpstreamFailure) {
      let value = try await ask()
      noteSuccess()
      return value
    } catch {
      switch error.blame {
      case .endpoint: noteFailure(error, isProbe: isProbe)
      case .nobody: state.withLock { $0.machine.withdrawn(isProbe: isProbe, now: .now) }
      case .request: noteSuccess()
      }
      throw error
    }
  }

  /// How long it stays open, and why; nil while it is closed.
  var opening: (time: Duration, because: UpstreamFailure?)? {
    state.withLock { state in
      state.machine.openTime(now: .now).map { ($0, state.lastFailure) }
    }
  }

  private func admit() throws(UpstreamFailure) -> Bool {
    let (admission, lastFailure) = state.withLock { ($0.machine.admit(now: .now), $0.lastFailure) }
    switch admission {
    case .ask(let isProbe): return isProbe
    case .skip(let pause): throw .resting(for: pause, after: lastFailure ?? .unreachable("failed before"))
    }
  }

  private func noteSuccess() {
    let wasLeftAlone = state.withLock { $0.machine.succeeded() }
    if wasLeftAlone { log.notice("an endpoint is asked again", metadata: ["endpoint": "\(endpoint)"]) }
  }

  private func noteFailure(_ failure: UpstreamFailure, isProbe: Bool) {
    let pause = state.withLock { state in
      state.lastFailure = failure
      return state.machine.failed(isProbe: isProbe, now: .now, chance: .random(in: 0..<1))
    }
    guard let pause else { return }
    log.warning(
      "an endpoint fails again and again and is left alone",
      metadata: ["endpoint": "\(endpoint)", "because": "\(failure)", "for": .stringConvertible(pause)]
    )
  }
}

extension UpstreamFailure {
  /// Whom a failure speaks against.
  enum Blame {
    /// The endpoint as a whole: whatever is asked, it will most likely fail alike.
    case endpoint
    /// What was asked: the endpoint itself is well.
    case request
    /// Nobody: the endpoint was not asked to the end.
    case nobody
  }

  /// A 500 may be about one broken repository, and costs no waiting. 502, 503 and 504 are a gateway's word that nobody
  /// stands behind it.
  var blame: Blame {
    switch self {
    case .unreachable, .tlsFailed, .timedOut(.connect), .timedOut(.tls), .timedOut(.firstByte): .endpoint
    case .failed(let status, _): (502...504).contains(status) ? .endpoint : .request
    case .cancelled, .rateLimited, .resting, .credentialUnavailable, .memoryUsedUp: .nobody
    case .notFound, .denied, .timedOut, .interrupted, .rangeNotSatisfiable, .tooLarge, .protocolViolation,
      .realmRefused, .redirectRefused:
      .request
    }
  }
}
