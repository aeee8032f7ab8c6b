import NIOHTTP1
import OCI

extension Authorizer {
  /// The token that the origin of a redirect target gives to anybody, if that is what it asks for.
  ///
  /// registry.k8s.io leads to registries that want a token even from the public. The realm must be of the very origin
  /// that asks, and no credential is ever involved.
  func anonymousToken(answering response: WireResponse, for ask: UpstreamRequest) async throws(UpstreamFailure)
    -> AnonymousToken?
  {
    let challenges = AuthChallenge.parse(response.headers["WWW-Authenticate"])
    guard case .token(let demand)? = Self.demand(of: challenges), demand.realm.origin == response.url.origin,
      let repository = Self.repository(in: response.url.path)
    else { return nil }
    let scopes = demand.scopes(for: repository)
    let key = TokenKey(credential: .anonymous, realm: demand.realm, service: demand.service, scopes: scopes)
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
