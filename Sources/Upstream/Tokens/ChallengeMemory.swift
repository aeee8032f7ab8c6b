import OCI

/// What an endpoint is known to want to see for each repository, so that a request need not be refused first.
///
/// A repository never asked for is judged by the last one that was, or by what `/v2/` asks for: registries ask for the
/// same kind of proof everywhere, with the repository's name in the scope. That is a guess, and may be wrong for one
/// repository without being so for others.
struct ChallengeMemory {
  /// A proof that an endpoint wants.
  enum Demand: Hashable {
    /// User name and password.
    case basic
    /// A token of a service.
    case token(TokenChallenge)

    /// Whether meeting either for a repository is one and the same: the same service is asked for the same scopes.
    func isMet(like other: Demand, for repository: RepositoryName) -> Bool {
      guard case .token(let token) = self, case .token(let otherToken) = other else { return self == other }
      return token.realm == otherToken.realm && token.service == otherToken.service
        && Set(token.scopes(for: repository)) == Set(otherToken.scopes(for: repository))
    }
  }

  /// What is known of one repository.
  struct Known: Hashable {
    let demand: Demand
    /// Whether it is concluded from another repository's challenge, or from that of `/v2/`.
    let isGuess: Bool
  }

  private let capacity: Int
  private var demands: [RepositoryName: Demand] = [:]
  private var last: (repository: RepositoryName, demand: Demand)?
  private var general: Demand?

  /// - Parameter capacity: most repositories remembered.
  init(capacity: Int) { self.capacity = max(capacity, 1) }

  /// What to show for `repository`; nil while the endpoint has not asked for anything.
  func known(for repository: RepositoryName) -> Known? {
    if let demand = demands[repository] { return Known(demand: demand, isGuess: false) }
    guard let last else { return general.map { Known(demand: $0, isGuess: true) } }
    switch last.demand {
    case .basic: return Known(demand: .basic, isGuess: true)
    case .token(let demand):
      return Known(demand: .token(demand.adapted(from: last.repository, to: repository)), isGuess: true)
    }
  }

  /// Whether the endpoint has never asked for anything.
  var isEmpty: Bool { demands.isEmpty && last == nil && general == nil }

  /// The same, whether it is a guess or not.
  func demand(for repository: RepositoryName) -> Demand? { known(for: repository)?.demand }

  /// Takes in what an endpoint wants to see for `repository`.
  mutating func learn(_ demand: Demand, for repository: RepositoryName) {
    last = (repository, demand)
    // Forgetting costs one refused request for each repository; it happens only to upstreams with very many.
    if demands.count >= capacity, demands[repository] == nil { demands.removeAll(keepingCapacity: true) }
    demands[repository] = demand
  }

  /// Takes in what `/v2/` asks for, when it is asked on behalf of `repository`. Its scope is most often of no repository in
  /// particular (`repository:user/image:pull`), and left out then.
  mutating func learnInGeneral(_ demand: Demand, askedFor repository: RepositoryName) {
    guard case .token(let token) = demand else { return general = demand }
    let known = token.scopes.map { try? Scope(parsing: $0) }
    if known.contains(where: { $0?.name == repository.description }) { learn(demand, for: repository) }
    let scopes = zip(token.scopes, known).filter { $0.1 == nil }.map(\.0)
    general = .token(TokenChallenge(realm: token.realm, service: token.service, scopes: scopes))
  }

  /// What was known of `repository` was of no use: the endpoint is to be asked what it wants now.
  mutating func forget(_ repository: RepositoryName) {
    if let demand = demands.removeValue(forKey: repository), demand == last?.demand { last = nil }
  }
}
