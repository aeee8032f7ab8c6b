import OCI

/// The token that a Bearer challenge asks for.
struct TokenChallenge: Hashable, Sendable {
  /// The token service. Outside input: `RealmPolicy` says what it may see.
  let realm: WebURL
  /// The name by which the service knows the registry.
  let service: String?
  /// As they stand in the challenge; empty if it has none.
  let scopes: [String]

  init(realm: WebURL, service: String?, scopes: [String]) {
    (self.realm, self.service, self.scopes) = (realm, service, scopes)
  }

  /// The demand of a challenge; nil if it is not one for a token, or its realm is not a URL.
  init?(_ challenge: AuthChallenge) {
    guard challenge.scheme == .bearer, let realm = challenge.realm.flatMap({ WebURL(parsing: $0) }) else { return nil }
    self.init(realm: realm, service: challenge.service, scopes: challenge.scopes)
  }

  /// The scopes to ask for: the challenge's own, as they stand (`aws`), else leave to pull from `repository`.
  func scopes(for repository: RepositoryName) -> [String] {
    scopes.isEmpty ? [Scope.pull(repository).description] : scopes
  }

  /// What the same registry will want for another repository: the same, with the other name in the scope.
  func adapted(from known: RepositoryName, to repository: RepositoryName) -> TokenChallenge {
    let adapted = scopes.map { text in
      guard let scope = try? Scope(parsing: text), scope.type == "repository", scope.name == known.description else {
        return text
      }
      return "repository:\(repository):\(scope.actions.joined(separator: ","))"
    }
    return TokenChallenge(realm: realm, service: service, scopes: adapted)
  }
}
