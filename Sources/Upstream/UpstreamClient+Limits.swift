import OCI

extension UpstreamClient {
  /// What the upstream has said about how much more may be asked, for each account at each endpoint that said anything.
  public var allowances: [RateAllowance] {
    endpoints.flatMap { $0.budgets.allowances(at: $0.endpoint) }
  }

  /// Whether so little is left, by what the upstream says, that nobody but a client who waits should spend it.
  public var isShortOfPulls: Bool { endpoints.first?.budgets.areShort ?? false }

  /// Whether the upstream has said that it counts GETs of manifests, so that a HEAD, which it does not count, is worth a
  /// request of its own.
  public var countsPulls: Bool { endpoints.first?.budgets.countPulls ?? false }

  /// How many requests for documents run at the upstream, and how many wait for their turn.
  public var askLoad: (running: Int, waiting: Int) { asks.load }

  /// Asks for a document of a repository when it is the request's turn, and otherwise as ``transferring(avoiding:waitingForHead:_:_:)`` does.
  /// - Throws: `overloaded`, too.
  func asking<Value>(
    _ repository: RepositoryName,
    _ work: (EndpointSession) async throws(UpstreamFailure) -> Value
  ) async throws(UpstreamFailure) -> Value {
    try await patiently { () async throws(UpstreamFailure) in
      try await asks.run(for: repository) { () async throws(UpstreamFailure) in try await attempt(work) }
    }
  }

  /// Begins a transfer, whose place has been given to it elsewhere, at one endpoint after another.
  func transferring<Value>(
    avoiding avoided: Endpoint?,
    waitingForHead patience: Duration?,
    _ whenPaused: (@Sendable (Bool) -> Void)?,
    _ work: (EndpointSession) async throws(UpstreamFailure) -> Value
  ) async throws(UpstreamFailure) -> Value {
    try await patiently(mayAskAgain: avoided == nil, whenPaused) { () async throws(UpstreamFailure) in
      try await attempt(avoiding: avoided, waitingForHead: patience, work)
    }
  }

  /// Makes an attempt, and waits while a limit says so, up to `UpstreamSettings.patience`.
  ///
  /// An error of the upstream's own, or an answer that breaks off, is met by asking all of them once more: most often it
  /// is over by then.
  ///
  /// A limit that lasts longer is told at once: waiting for part of it would help nobody.
  /// - Throws: `rateLimited` with the time that is left.
  private func patiently<Value>(
    mayAskAgain: Bool = true,
    _ whenPaused: (@Sendable (Bool) -> Void)? = nil,
    _ attempt: () async throws(UpstreamFailure) -> Value
  ) async throws(UpstreamFailure) -> Value {
    let deadline = ContinuousClock.now + settings.patience
    var unsaid = limits.firstRequestLimitPause
    var mayAskAgain = mayAskAgain
    while true {
      do throws(UpstreamFailure) {
        return try await attempt()
      } catch {
        let pause: Duration
        if case .rateLimited(let retryAfter, _) = error {
          // Only a token service leaves it unsaid here.
          pause = max(retryAfter ?? unsaid, limits.leastLimitPause)
          unsaid = unsaid * 2
          guard ContinuousClock.now + pause < deadline else { throw error }
        } else {
          guard mayAskAgain, error.isOftenOverSoon else { throw error }
          mayAskAgain = false
          pause = limits.firstResumePause
        }
        whenPaused?(true)
        try? await Task.sleep(for: pause * Double.random(in: 1..<1.1))
        if Task.isCancelled { throw .cancelled }
        whenPaused?(false)
      }
    }
  }
}

extension UpstreamFailure {
  /// Whether it cost little time and may well not come again: a server's own error, an answer that broke off.
  fileprivate var isOftenOverSoon: Bool {
    switch self {
    case .failed(let status, _): status >= 500
    case .interrupted: true
    default: false
    }
  }
}
