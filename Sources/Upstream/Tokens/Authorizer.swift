import NIOCore
import NIOHTTP1
import OCI
import Synchronization

/// Decides what one endpoint is shown, and fetches the tokens for it.
final class Authorizer: Sendable {
  let endpoint: Origin
  /// Repositories are called by other names there, if it is a project of another registry.
  private let place: Endpoint
  private let policy: RealmPolicy
  private let credentials: CredentialStore
  private let budgets: RateBudgets
  private let dialer: Dialer
  private let limits: Limits
  private let documentTimeout: Duration
  private let tokens: TokenCache
  private let memory: Mutex<ChallengeMemory>
  private let ping = PingOnce()

  init(
    _ endpoint: Endpoint,
    _ settings: UpstreamSettings,
    _ credentials: CredentialStore,
    _ budgets: RateBudgets,
    dialer: Dialer,
    limits: Limits
  ) {
    (self.endpoint, place) = (endpoint.origin, endpoint)
    policy = RealmPolicy(endpoint: endpoint.origin, tokenOrigins: settings.tokenOrigins)
    (self.credentials, self.budgets) = (credentials, budgets)
    (self.dialer, self.limits) = (dialer, limits)
    documentTimeout = settings.timeouts.document
    tokens = TokenCache(capacity: limits.maxTokens)
    memory = Mutex(ChallengeMemory(capacity: limits.maxTokens))
  }

  /// How many credentials may be tried for a request, one after the other; at least one, which may be none.
  func accountCount(for ask: UpstreamRequest) -> Int { max(1, credentials.count(for: ask.repository, at: endpoint)) }

  /// What to show before the endpoint asks, as far as it is known what it will ask for.
  ///
  /// - Throws: only what asking the endpoint itself could not mend. Where the token service that is known gives nothing,
  ///   the endpoint is to be asked bare: it may name another one by now, or the scope was guessed wrong.
  func foresight(for ask: UpstreamRequest) async throws(UpstreamFailure) -> Foresight {
    try await askForChallenge(for: ask)
    guard let known = memory.withLock({ $0.known(for: place.name(of: ask.repository)) }) else { return .nothing }
    let credential = try await credential(for: ask)
    do throws(UpstreamFailure) {
      guard let proof = try await proof(of: known, for: ask, showing: credential) else { return .nothing }
      return .proof(proof)
    } catch {
      guard error.mayBeOfAnOldChallenge else { throw error }
      memory.withLock { $0.forget(place.name(of: ask.repository)) }
      return .failure(error, of: known.demand, showing: credential)
    }
  }

  /// What to show after the endpoint has answered 401 to somebody who showed nothing; nil if there is nothing that it
  /// could want.
  ///
  /// - Parameters:
  ///   - challenges: what it asks for.
  ///   - foresight: what was known before. What has just failed is not tried again.
  func proof(answering challenges: [AuthChallenge], for ask: UpstreamRequest, after foresight: Foresight)
    async throws(UpstreamFailure) -> Proof?
  {
    guard let demand = Self.demand(of: challenges) else { return nil }
    let name = place.name(of: ask.repository)
    memory.withLock { $0.learn(demand, for: name) }
    if case .failure(let failure, let tried, let credential) = foresight, tried.isMet(like: demand, for: name) {
      guard let another = try await another(than: credential, after: failure, for: ask) else { throw failure }
      return try await proof(of: demand, for: ask, showing: another)
    }
    return try await proof(of: ChallengeMemory.Known(demand: demand, isGuess: false), for: ask)
  }

  /// The proof that was known to be wanted before a challenge that means nothing came, made anew.
  func proofAsBefore(for ask: UpstreamRequest) async throws(UpstreamFailure) -> Proof? {
    guard let known = memory.withLock({ $0.known(for: place.name(of: ask.repository)) }) else { return nil }
    return try await proof(of: known, for: ask)
  }

  /// Whether challenges ask for what the endpoint is known to want anyway.
  func isKnown(_ challenges: [AuthChallenge], for ask: UpstreamRequest) -> Bool {
    guard let demand = Self.demand(of: challenges) else { return false }
    return memory.withLock { $0.demand(for: place.name(of: ask.repository)) } == demand
  }

  /// The endpoint did not take `proof`.
  func reject(_ proof: Proof) {
    if let (key, token) = proof.token { tokens.reject(key, token) }
    if let credential = proof.credential, !proof.isGuess { credentials.reject(credential) }
  }

  /// Where credentials are configured and nothing is known of what the endpoint asks for, `/v2/` is asked, as engines do:
  /// some registries answer 404 for a repository to whoever shows nothing, and ask for credentials there alone.
  private func askForChallenge(for ask: UpstreamRequest) async throws(UpstreamFailure) {
    guard credentials.count(for: ask.repository, at: endpoint) > 0, memory.withLock({ $0.isEmpty }) else { return }
    try await ping.run { [self] () async throws(UpstreamFailure) in
      let question = UpstreamRequest.ping(for: ask.repository)
      guard let request = AuthorizedRequest(question, at: question.url(at: place), showing: nil) else { return true }
      let response = try await dialer.send(request)
      await response.discard()
      if response.status == 401, let demand = Self.demand(of: AuthChallenge.parse(response.headers["WWW-Authenticate"]))
      {
        memory.withLock { $0.learnInGeneral(demand, askedFor: place.name(of: ask.repository)) }
      }
      // A server in trouble has said nothing yet.
      return response.status < 500 && response.status != 429
    }
  }

  /// The endpoint refused `ask` to the account that `proof` is of, as far as it is one of several.
  func deprioritize(_ proof: Proof, because failure: UpstreamFailure) {
    if proof.account != .anonymous { credentials.deprioritize(proof.account, because: failure) }
  }

  /// Tokens before passwords: where a registry offers both, the token is what its clients are seen to use.
  static func demand(of challenges: [AuthChallenge]) -> ChallengeMemory.Demand? {
    if let token = challenges.lazy.compactMap(TokenChallenge.init).first { return .token(token) }
    return challenges.contains { $0.scheme == .basic } ? .basic : nil
  }

  private func proof(of known: ChallengeMemory.Known, for ask: UpstreamRequest) async throws(UpstreamFailure) -> Proof?
  {
    let credential = try await credential(for: ask)
    do throws(UpstreamFailure) {
      return try await proof(of: known, for: ask, showing: credential)
    } catch {
      // A guess may have asked for the wrong thing: its refusal says nothing yet.
      guard !known.isGuess, let another = try await another(than: credential, after: error, for: ask) else {
        throw error
      }
      return try await proof(of: known.demand, for: ask, showing: another)
    }
  }

  private func proof(
    of known: ChallengeMemory.Known,
    for ask: UpstreamRequest,
    showing credential: Credential?
  ) async throws(UpstreamFailure) -> Proof? {
    var proof = try await proof(of: known.demand, for: ask, showing: credential)
    if case .token = known.demand { proof?.isGuess = known.isGuess }
    return proof
  }

  private func proof(
    of demand: ChallengeMemory.Demand,
    for ask: UpstreamRequest,
    showing credential: Credential?
  ) async throws(UpstreamFailure) -> Proof? {
    switch demand {
    case .basic:
      guard case .password(let username, let password)? = credential?.proof else { return nil }
      return Proof(
        authorization: .basic(username, password, for: endpoint),
        account: credential?.id ?? .anonymous,
        credential: credential
      )
    case .token(let demand): return try await tokenProof(demand, for: place.name(of: ask.repository), credential)
    }
  }

  /// What to show instead of a credential that a token service refused; nil if there is nothing, or it was no refusal.
  ///
  /// What a helper gave may have expired before its time. A password that is written down stays what it is, and is not shown
  /// again; where there are several accounts, the request is made again, and the others go first.
  private func another(
    than credential: Credential?,
    after failure: UpstreamFailure,
    for ask: UpstreamRequest
  ) async throws(UpstreamFailure) -> Credential? {
    guard case .denied = failure, let credential else { return nil }
    credentials.reject(credential)
    guard accountCount(for: ask) == 1 else {
      credentials.deprioritize(credential.id, because: failure)
      return nil
    }
    let another = try await self.credential(for: ask)
    return another == credential ? nil : another
  }

  /// Picks the next eligible credential.
  private func credential(for ask: UpstreamRequest) async throws(UpstreamFailure) -> Credential? {
    try await credentials.credential(for: ask.repository, at: endpoint, isPull: ask.kind == .pull) { account in
      budgets.status(of: account, for: ask)
    }
  }

  private func tokenProof(_ demand: TokenChallenge, for repository: RepositoryName, _ credential: Credential?)
    async throws(UpstreamFailure) -> Proof
  {
    let realm = demand.realm.origin
    let decision = policy.decision(for: realm)
    guard decision != .refused else { throw .realmRefused(origin: realm.description) }
    let shown = decision == .withCredentials ? credential : nil
    let scopes = demand.scopes(for: repository)
    let key = TokenKey(
      credential: shown?.id ?? .anonymous,
      realm: demand.realm,
      service: demand.service,
      scopes: scopes
    )
    let withheldFrom = credential != nil && shown == nil ? realm : nil
    let token: Secret
    do throws(UpstreamFailure) {
      token = try await self.token(for: key, TokenRequest(demand, scopes: scopes, showing: shown))
    } catch {
      // It was not shown what it may have wanted.
      guard case .denied = error, let withheldFrom else { throw error }
      throw .realmRefused(origin: withheldFrom.description)
    }
    return Proof(
      authorization: .bearer(token, for: endpoint),
      account: key.credential,
      token: (key, token),
      withheldFrom: withheldFrom
    )
  }

  func token(for key: TokenKey, _ request: TokenRequest) async throws(UpstreamFailure) -> Secret {
    try await tokens.token(for: key) { [dialer, limits, documentTimeout] () async throws(UpstreamFailure) in
      do throws(UpstreamFailure) {
        let response = try await dialer.send(request)
        try await response.requireSuccess(limits: limits)
        let body = try await response.collect(upTo: limits.maxTokenBodyBytes, within: documentTimeout)
        return try TokenGrant(parsing: Array(body.readableBytesView), limits: limits)
      } catch {
        throw error.atTokenService(request.url.origin)
      }
    }
  }
}
