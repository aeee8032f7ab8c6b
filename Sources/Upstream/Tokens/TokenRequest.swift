import NIOCore
import NIOHTTP1
import OCI

/// A request for a token (distribution, token authentication specification). It never follows a redirect: the check of
/// the realm would count for the first hop only.
struct TokenRequest: WireRequest {
  let url: WebURL
  let method: HTTPMethod
  let headers: HTTPHeaders
  let body: ByteBuffer?

  /// The request for a token.
  ///
  /// - Parameter credential: shown to the service; pass one only if `RealmPolicy` says so.
  init(_ demand: TokenChallenge, scopes: [String], showing credential: Credential?) {
    var headers: HTTPHeaders = ["Accept": "application/json"]
    let service = demand.service.map { [("service", $0)] } ?? []
    if case .identityToken(let token)? = credential?.proof {
      // OAuth 2 (distribution, oauth.md): the refresh token is exchanged for one for these scopes.
      let form = [("grant_type", "refresh_token"), ("client_id", "berth")] + service
      let items = form + [("scope", scopes.joined(separator: " ")), ("refresh_token", token.reveal())]
      headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
      (url, method) = (demand.realm, .POST)
      body = ByteBuffer(string: WebURL.encodingForm(items))
    } else {
      let realm = demand.realm
      // One parameter for each scope.
      url = realm.appendingQuery(service + scopes.map { ("scope", $0) })
      if case .password(let username, let password)? = credential?.proof {
        _ = Authorization.basic(username, password, for: realm.origin).apply(to: &headers, of: realm)
      }
      (method, body) = (.GET, nil)
    }
    self.headers = headers
  }

  func refusal(_ reason: String) -> UpstreamFailure {
    .redirectRefused(
      "token service \(url.origin.authority): \(reason); an operator can list it under tokenOrigins, or allow it with "
        + "allowPrivateAddresses"
    )
  }
}

/// What a token is for. Tokens with equal keys may stand for each other.
struct TokenKey: Hashable, Sendable {
  /// The credential shown for it; the anonymous one for a token that anybody gets.
  let credential: CredentialID
  /// The token service.
  let realm: WebURL
  /// The name by which the service knows the registry, if the challenge had one.
  let service: String?
  /// What it allows, sorted.
  let scopes: [String]

  init(credential: CredentialID, realm: WebURL, service: String?, scopes: some Sequence<String>) {
    (self.credential, self.realm, self.service) = (credential, realm, service)
    self.scopes = Set(scopes).sorted()
  }
}
