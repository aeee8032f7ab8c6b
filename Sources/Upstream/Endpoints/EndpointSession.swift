import NIOHTTP1
import OCI

/// One endpoint of an upstream: answers its challenges and follows its redirects.
struct EndpointSession: Sendable {
  let endpoint: Endpoint
  let budgets: RateBudgets
  let breaker: CircuitBreaker
  let authorizer: Authorizer
  private var dialer: Dialer
  let limits: Limits
  /// Takes down what the endpoint shows of itself, if anybody wants to know.
  private var visit: EndpointVisit?
  /// Whether the breaker is asked.
  private var isGuarded = true

  init(
    _ endpoint: Endpoint,
    _ authorizer: Authorizer,
    _ dialer: Dialer,
    budgets: RateBudgets,
    breaker: CircuitBreaker,
    limits: Limits
  ) {
    (self.endpoint, self.authorizer) = (endpoint, authorizer)
    (self.dialer, self.limits) = (dialer, limits)
    (self.budgets, self.breaker) = (budgets, breaker)
  }

  /// Sends `ask` and returns the answer once it is neither a challenge, a redirect nor a limit.
  ///
  /// An account that is limited rests, one that is refused is set back, and the next one of those that are meant for the
  /// repository asks.
  /// - Throws: `denied` if one of them was refused and the others cannot say: what is refused must not be taken for
  ///   trouble.
  func send(_ ask: UpstreamRequest) async throws(UpstreamFailure) -> WireResponse {
    guard isGuarded else { return try await sendFromAccounts(ask) }
    return try await breaker.run(RequestSubject(ask)) { visit async throws(UpstreamFailure) in
      var session = self
      session.visit = visit
      return try await session.sendFromAccounts(ask)
    }
  }

  /// The same endpoint for what is carried on whatever the breaker says, and does not count for it.
  var unguarded: EndpointSession {
    var session = self
    session.isGuarded = false
    return session
  }

  /// The same endpoint for requests whose answer's head is waited for longer than usual.
  func waiting(forHead patience: Duration) -> EndpointSession {
    var session = self
    session.dialer = dialer.waiting(forHead: patience)
    return session
  }

  private func sendFromAccounts(_ ask: UpstreamRequest) async throws(UpstreamFailure) -> WireResponse {
    var accountsLeft = authorizer.accountCount(for: ask)
    var refusal: UpstreamFailure?
    while true {
      accountsLeft -= 1
      do throws(UpstreamFailure) {
        return try await sendFromOneAccount(ask, isLast: accountsLeft == 0)
      } catch {
        if case .denied = error { refusal = error }
        guard error.isOfOneAccount, accountsLeft > 0 else { throw refusal ?? error }
      }
    }
  }

  private func sendFromOneAccount(_ ask: UpstreamRequest, isLast: Bool) async throws(UpstreamFailure) -> WireResponse {
    let (response, proof) = try await sendWithProof(ask)
    if response.status == 403, !isLast, let proof {
      await response.discard()
      authorizer.deprioritize(proof, because: .denied(status: 403))
      throw .denied(status: 403)
    }
    guard response.isRedirect else { return response }
    let answer = try await follow(response, ask, proof)
    guard Self.isRefusal(answer) else { return answer }
    // Storage refuses HEAD of a link that is signed for GET: whoever asked will try that.
    guard ask.method == .get else { throw await Self.refusal(by: answer) }
    // A signed URL may have expired between here and there. It is asked for again, once; the target's challenge is
    // never answered with what belongs to the registry.
    await answer.discard()
    let (second, secondProof) = try await sendWithProof(ask)
    guard second.isRedirect else { return second }
    let secondAnswer = try await follow(second, ask, secondProof)
    guard Self.isRefusal(secondAnswer) else { return secondAnswer }
    throw await Self.refusal(by: secondAnswer)
  }

  private static func refusal(by answer: WireResponse) async -> UpstreamFailure {
    await answer.discard()
    return .failed(status: answer.status, message: "from \(answer.url.origin.authority), behind a redirect")
  }

  private static func isRefusal(_ answer: WireResponse) -> Bool { answer.status == 401 || answer.status == 403 }

  func send(_ ask: UpstreamRequest, to url: WebURL, _ proof: Proof?) async throws(UpstreamFailure) -> WireResponse {
    guard let request = AuthorizedRequest(ask, at: url, showing: proof?.authorization) else {
      throw .redirectRefused("a proof for another origin")
    }
    let account = proof?.account ?? .anonymous
    try budgets.admit(ask, from: account)
    let response: WireResponse
    do throws(UpstreamFailure) {
      response = try await dialer.send(request)
    } catch {
      visit?.note(error)
      throw error
    }
    visit?.note(status: response.status)
    try await budgets.note(response, to: ask, from: account)
    return response
  }

  /// Walks along redirects to an answer that is none.
  ///
  /// The proof goes along while every hop has been of the endpoint's own origin. Once it has been left, nothing does,
  /// even if a later hop leads back: where to is somebody else's choice.
  private func follow(_ first: WireResponse, _ ask: UpstreamRequest, _ proof: Proof?) async throws(UpstreamFailure)
    -> WireResponse
  {
    var response = first
    var hops = 0
    var isHome = true
    while response.isRedirect {
      let target = try RedirectPolicy.target(
        of: response.headers.first(name: "Location"),
        from: response.url,
        hops: hops,
        maxHops: limits.maxRedirects
      )
      await response.discard()
      hops += 1
      isHome = isHome && target.origin == endpoint.origin
      response = isHome ? try await send(ask, to: target, proof) : try await sendBare(ask, to: target)
    }
    return response
  }

  private func sendBare(_ ask: UpstreamRequest, to target: WebURL) async throws(UpstreamFailure) -> WireResponse {
    let response = try await dialer.send(BareRequest(ask, at: target))
    guard response.status == 401, let token = try await authorizer.anonymousToken(answering: response, for: ask) else {
      return response
    }
    await response.discard()
    return try await dialer.send(BareRequest(ask, at: target, token: token))
  }
}

extension UpstreamFailure {
  /// Whether another account may fare better.
  fileprivate var isOfOneAccount: Bool {
    switch self {
    case .rateLimited, .denied: true
    default: false
    }
  }
}
