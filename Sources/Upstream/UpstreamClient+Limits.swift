import OCI

extension UpstreamClient {
  /// What the upstream has said about how much more may be asked, for each account at each endpoint that said anything.
  public var allowances: [RateAllowance] {
    endpoints.flatMap { $0.budgets.allowances(at: $0.endpoint) }
  }

  /// Whether so little is left, by what the upstream says, that nobody but a client who waits should spend it.
  public var isShortOfPulls: Bool { endpoints.first?.budgets.areShort ?? false }

  /// Does something with one endpoint after another, and waits while a limit says so, up to `UpstreamSettings.patience`.
  ///
  /// A limit that lasts longer is told at once: waiting for part of it would help nobody.
  /// - Throws: `rateLimited` with the time that is left.
  func patiently<Value>(
    avoiding avoided: Endpoint? = nil,
    _ work: (EndpointSession) async throws(UpstreamFailure) -> Value
  ) async throws(UpstreamFailure) -> Value {
    let deadline = ContinuousClock.now + settings.patience
    var unsaid = limits.firstRequestLimitPause
    while true {
      do throws(UpstreamFailure) {
        return try await attempt(avoiding: avoided, work)
      } catch {
        guard case .rateLimited(let retryAfter, _) = error else { throw error }
        // Only a token service leaves it unsaid here.
        let pause = max(retryAfter ?? unsaid, limits.leastLimitPause) * Double.random(in: 1..<1.1)
        unsaid = unsaid * 2
        guard ContinuousClock.now + pause < deadline else { throw error }
        try? await Task.sleep(for: pause)
        if Task.isCancelled { throw .cancelled }
      }
    }
  }
}
