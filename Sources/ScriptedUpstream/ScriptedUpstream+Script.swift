public import NIOCore

extension ScriptedUpstream {
  /// A rule in force, with its use so far.
  public struct RuleStatus: Sendable, Encodable {
    /// Its id.
    public var id: Int
    /// The rule.
    public var rule: Rule
    /// Requests that matched, applied to or not.
    public var matched: Int
    /// Requests that it was applied to.
    public var applied: Int
  }

  /// Adds a rule after all others or, `first`, before them. Returns its id.
  @discardableResult
  public func append(_ rule: Rule, first: Bool = false) -> Int {
    core.withState { $0.script.append(rule, first: first) }
  }

  /// Adds a rule; see `Action` for what it can do.
  @discardableResult
  public func on(
    _ match: RuleMatch,
    times: Int? = nil,
    skip: Int = 0,
    _ set: (inout Action) -> Void
  ) -> Int {
    append(Rule(match, times: times, skip: skip, action: Action(set)))
  }

  /// The rules in force, in order.
  public var rules: [RuleStatus] {
    core.withState { state in
      state.script.entries.map { RuleStatus(id: $0.id, rule: $0.rule, matched: $0.matched, applied: $0.applied) }
    }
  }

  /// Takes a rule away; false if there is none of that id. Answers that it has already made go on.
  @discardableResult
  public func removeRule(_ id: Int) -> Bool { core.withState { $0.script.remove(id) } }

  /// Takes all rules and all faults of connections away.
  public func removeRules() {
    core.withState { $0.script.removeAll() }
    removeFaults()
  }

  /// Takes all faults of connections away.
  public func removeFaults() {
    for listener in listeners.values { listener.removeFaults() }
  }

  /// Opens a gate: what is held or stalled there goes on, and so does what comes later, until the gates are reset.
  /// With `once`, the gate stays shut for what comes later. Returns how many were waiting.
  @discardableResult
  public func release(_ gate: String, once: Bool = false) -> Int { core.release(gate, once: once) }

  /// Lets everything go that waits at a gate, and shuts all gates.
  public func resetGates() { core.resetGates() }

  /// The settings; change them in one go: `update { $0.referrers.isEnabled = false }`.
  public var settings: UpstreamSettings { core.withState { $0.settings } }

  /// Changes the settings.
  public func update(_ change: (inout UpstreamSettings) -> Void) {
    var settings = settings
    change(&settings)
    let changed = settings
    core.withState { $0.settings = changed }
  }

  /// Takes back a token, or all for nil; returns how many.
  @discardableResult
  public func revokeTokens(_ token: String? = nil) -> Int { core.withState { $0.tokens.revoke(token) } }

  /// Sets how many pulls a credential has left; the empty one is that of the anonymous.
  public func setRemainingPulls(_ count: Int, credential: String = "") {
    core.withState { $0.limiter.set(remaining: count, $0.settings.rateLimit, credential: credential) }
  }

  /// Gives everyone a new window of pulls.
  public func resetPulls() { core.withState { $0.limiter.reset() } }

  // MARK: Requests

  /// The requests since the last reset, in the order in which they came.
  public var requests: [RequestRecord] { core.withState { $0.log.records } }

  /// The requests since the last reset that match.
  public func requests(_ filter: RequestFilter) -> [RequestRecord] { requests.filter(filter.matches) }

  /// Sums over the requests since the last reset.
  public var counters: Counters { core.withState { $0.log.counters } }

  /// Forgets the requests and their sums.
  public func resetRequests() { core.resetLog() }

  /// Waits until `count` requests that match have been seen since the last reset.
  ///
  /// - Throws: `.timedOut` if they have not when the time is up.
  public func awaitRequests(
    _ filter: RequestFilter,
    count: Int = 1,
    timeout: TimeAmount = .seconds(10)
  ) async throws(ScriptedUpstreamError) {
    let seen = await core.awaitRequests(filter, wanted: count, timeout: timeout, on: group.any())
    guard seen >= count else { throw .timedOut(seen: seen, wanted: count) }
  }
}
