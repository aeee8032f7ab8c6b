/// Whether an endpoint is asked, and for what: one breaker for the whole of it, and one for each thing that fails. Pure.
///
/// One object that is lost must not shut a registry, and a registry that is gone must not cost everybody a timeout:
///
/// | what a request has shown of the endpoint | the whole | the thing |
/// |---|---|---|
/// | nobody can be connected to | a failure | – |
/// | 502, 503, 504, or no answer in time | a failure, once for each thing until it has been served | a failure |
/// | an answer; what it led to (a redirect's target, a token service) failed | well | a failure |
/// | an answer that serves it, or says no | well | well, and forgotten |
/// | nothing, since its token service failed | – | a failure |
/// | nothing else | – | – |
struct EndpointHealth {
  typealias Instant = ContinuousClock.Instant

  /// What a request has shown of the endpoint itself.
  enum Showing { case nothing, away, trouble, well }

  /// What has come of a request.
  enum Outcome { case unknown, failed, answered }

  /// The leave to ask.
  struct Pass: Equatable {
    /// Whether the end decides if others may ask at all.
    var isProbe = false
    /// Whether it decides if others may ask for the same thing.
    var isProbeOfThing = false
  }

  enum Admission: Equatable {
    case ask(Pass)
    /// Do without, for so long; `whole` if the endpoint is left alone altogether.
    case skip(Duration, whole: Bool)
  }

  /// What an operator should know.
  enum Change: Equatable {
    case unchanged
    /// The endpoint is left alone, for so long.
    case opened(Duration)
    /// It is asked again.
    case closed
  }

  private let fresh: CircuitBreaker.StateMachine
  private let capacity: Int
  private var whole: CircuitBreaker.StateMachine
  /// Things that have failed when they were last asked for.
  private var troubled: [RequestSubject: CircuitBreaker.StateMachine] = [:]

  /// - Parameters:
  ///   - fresh: a breaker that has seen nothing.
  ///   - capacity: most things of which a failure is remembered.
  init(_ fresh: CircuitBreaker.StateMachine, capacity: Int) {
    (self.fresh, whole, self.capacity) = (fresh, fresh, max(capacity, 1))
  }

  /// How long nothing is asked of the endpoint from now on; nil if it may be asked.
  func pause(now: Instant) -> Duration? { whole.openTime(now: now) }

  mutating func admit(_ thing: RequestSubject, now: Instant) -> Admission {
    var pass = Pass()
    switch troubled[thing]?.admit(now: now) {
    case .skip(let pause)?: return .skip(pause, whole: false)
    case .ask(let isProbe)?: pass.isProbeOfThing = isProbe
    case nil: break
    }
    switch whole.admit(now: now) {
    case .ask(let isProbe): pass.isProbe = isProbe
    case .skip(let pause):
      troubled[thing]?.withdrawn(isProbe: pass.isProbeOfThing, now: now)
      return .skip(pause, whole: true)
    }
    return .ask(pass)
  }

  /// A request has ended.
  ///
  /// - Parameter chance: see `CircuitBreaker.StateMachine`.
  mutating func ended(
    _ thing: RequestSubject,
    _ pass: Pass,
    _ showing: Showing,
    _ outcome: Outcome,
    now: Instant,
    chance: Double
  ) -> Change {
    let change = note(showing, of: thing, pass, now: now, chance: chance)
    switch outcome {
    case .answered: troubled[thing] = nil
    case .failed where showing != .away:
      if troubled[thing] == nil { makeRoom(now: now) }
      var machine = troubled[thing] ?? fresh
      _ = machine.failed(isProbe: pass.isProbeOfThing, now: now, chance: chance)
      troubled[thing] = machine
    case .failed, .unknown: troubled[thing]?.withdrawn(isProbe: pass.isProbeOfThing, now: now)
    }
    return change
  }

  private mutating func note(_ showing: Showing, of thing: RequestSubject, _ pass: Pass, now: Instant, chance: Double)
    -> Change
  {
    switch showing {
    case .well:
      guard whole.succeeded() else { return .unchanged }
      // What failed while everything did is asked for again; it goes on being known, and so not counted twice.
      let fresh = fresh
      troubled = troubled.mapValues { _ in fresh }
      return .closed
    case .trouble where troubled[thing] != nil, .nothing:
      whole.withdrawn(isProbe: pass.isProbe, now: now)
      return .unchanged
    case .trouble, .away:
      return whole.failed(isProbe: pass.isProbe, now: now, chance: chance).map { .opened($0) } ?? .unchanged
    }
  }

  /// What is not left alone just now is forgotten first.
  private mutating func makeRoom(now: Instant) {
    guard troubled.count >= capacity else { return }
    troubled = troubled.filter { $0.value.openTime(now: now) != nil }
    if troubled.count >= capacity { troubled.removeAll() }
  }
}
