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
  func accountCount(for ask: RegistryAsk) -> Int { max(1, credentials.count(for: ask.repository, at: endpoint)) }

  /// What to show before the endpoint asks; nil if it is not known to ask.
  func proof(for ask: RegistryAsk) async throws(UpstreamFailure) -> Proof? {
    guard let demand = memory.withLock({ $0.demand(for: place.name(of: ask.repository)) }) else { return nil }
    return try await proof(of: demand, for: ask)
  }

  /// What to show after the endpoint has answered 401; nil if there is nothing that it could want.
  ///
  /// - Parameters:
  ///   - challenges: what it asks for.
  ///   - rejected: what it has been shown, if anything; it is not shown again.
  func proof(answering challenges: [AuthChallenge], for ask: RegistryAsk, after rejected: Proof?)
    async throws(UpstreamFailure) -> Proof?
  {
    if let rejected { reject(rejected) }
    guard let demand = Self.demand(of: challenges) else { return nil }
    memory.withLock { $0.learn(demand, for: place.name(of: ask.repository)) }
    return try await proof(of: demand, for: ask)
  }

  /// The endpoint did not take `proof`.
  func reject(_ proof: Proof) {
    if let (key, token) = proof.token { tokens.reject(key, token) }
    if let credential = proof.credential { credentials.reject(credential) }
  }

  /// The endpoint refused `ask` to the account that `proof` is of, as far as it is one of several.
  func setBack(_ proof: Proof, because failure: UpstreamFailure) {
    if proof.account != 0 { credentials.setBack(proof.account, because: failure) }
  }

  /// Tokens before passwords: where a registry offers both, the token is what its clients are seen to use.
  private static func demand(of challenges: [AuthChallenge]) -> ChallengeMemory.Demand? {
    if let token = challenges.lazy.compactMap(TokenDemand.init).first { return .token(token) }
    return challenges.contains { $0.scheme == .basic } ? .basic : nil
  }

  private func proof(of demand: ChallengeMemory.Demand, for ask: RegistryAsk) async throws(UpstreamFailure) -> Proof? {
    let credential = try await credential(for: ask)
    switch demand {
    case .basic:
      guard case .password(let username, let password)? = credential?.proof else { return nil }
      return Proof(
        authorization: .basic(username, password, for: endpoint),
        account: credential?.generation ?? 0,
        credential: credential
      )
    case .token(let demand):
      do throws(UpstreamFailure) {
        return try await tokenProof(demand, for: place.name(of: ask.repository), credential)
      } catch {
        // What a helper gave may have expired before its time. A password that is written down stays what it is.
        guard case .denied = error, let credential else { throw error }
        credentials.reject(credential)
        if accountCount(for: ask) > 1 { credentials.setBack(credential.generation, because: error) }
        let another = try await self.credential(for: ask)
        guard let another, another != credential else { throw error }
        return try await tokenProof(demand, for: place.name(of: ask.repository), another)
      }
    }
  }

  /// Whoever of those that may ask has the turn.
  private func credential(for ask: RegistryAsk) async throws(UpstreamFailure) -> Credential? {
    try await credentials.credential(for: ask.repository, at: endpoint, isPull: ask.kind == .pull) { account in
      budgets.standing(of: account, for: ask)
    }
  }

  private func tokenProof(_ demand: TokenDemand, for repository: RepositoryName, _ credential: Credential?)
    async throws(UpstreamFailure) -> Proof
  {
    let realm = demand.realm.origin
    let decision = policy.decision(for: realm)
    guard decision != .refused else { throw .realmRefused(origin: realm.description) }
    let shown = decision == .withCredentials ? credential : nil
    let scopes = demand.scopes(for: repository)
    let key = TokenKey(
      credential: shown?.generation ?? 0,
      realm: demand.realm,
      service: demand.service,
      scopes: scopes
    )
    let token: Secret
    do throws(UpstreamFailure) {
      token = try await self.token(for: key, TokenRequest(demand, scopes: scopes, showing: shown))
    } catch {
      // It is not that the password is wrong: it was not shown.
      if case .denied = error, credential != nil, shown == nil { throw .realmRefused(origin: realm.description) }
      throw error
    }
    return Proof(
      authorization: .bearer(token, for: endpoint),
      account: key.credential,
      token: (key, token),
      withheldFrom: credential != nil && shown == nil ? realm : nil
    )
  }

  private func token(for key: TokenKey, _ request: TokenRequest) async throws(UpstreamFailure) -> Secret {
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

extension Authorizer {
  /// The token that the origin of a redirect target gives to anybody, if that is what it asks for.
  ///
  /// registry.k8s.io leads to registries that want a token even from the public. The realm must be of the very origin
  /// that asks, and no credential is ever involved.
  func anonymousToken(answering response: WireResponse, for ask: RegistryAsk) async throws(UpstreamFailure)
    -> AnonymousToken?
  {
    let challenges = AuthChallenge.parse(response.headers["WWW-Authenticate"])
    guard case .token(let demand)? = Self.demand(of: challenges), demand.realm.origin == response.url.origin,
      let repository = Self.repository(in: response.url.path)
    else { return nil }
    let scopes = demand.scopes(for: repository)
    let key = TokenKey(credential: 0, realm: demand.realm, service: demand.service, scopes: scopes)
    let token = try await token(for: key, TokenRequest(demand, scopes: scopes, showing: nil))
    return AnonymousToken(origin: response.url.origin, value: token)
  }

  /// `/v2/<name>/manifests/…` or `/v2/<name>/blobs/…`: what the target calls the repository.
  private static func repository(in path: String) -> RepositoryName? {
    guard path.hasPrefix("/v2/") else { return nil }
    let segments = path.dropFirst("/v2/".count).split(separator: "/", omittingEmptySubsequences: false)
    guard segments.count > 2, ["manifests", "blobs"].contains(segments[segments.count - 2]) else { return nil }
    return try? RepositoryName(parsing: segments.dropLast(2).joined(separator: "/"))
  }
}
