/// What a token is for. Tokens with equal keys may stand for each other.
struct TokenKey: Hashable, Sendable {
  /// The generation of the credential shown for it; 0 for a token that anybody gets.
  let credential: UInt32
  /// The token service.
  let realm: WebURL
  /// The name by which the service knows the registry, if the challenge had one.
  let service: String?
  /// What it allows, sorted.
  let scopes: [String]

  init(credential: UInt32, realm: WebURL, service: String?, scopes: some Sequence<String>) {
    (self.credential, self.realm, self.service) = (credential, realm, service)
    self.scopes = Set(scopes).sorted()
  }
}
