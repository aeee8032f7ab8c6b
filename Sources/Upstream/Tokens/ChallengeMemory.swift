import OCI

/// What an endpoint is known to want to see for each repository, so that a request need not be refused first.
///
/// A repository never asked for is judged by the last one that was: registries ask for the same kind of proof
/// everywhere, with the repository's name in the scope.
struct ChallengeMemory {
  /// A proof that an endpoint wants.
  enum Demand: Hashable {
    /// User name and password.
    case basic
    /// A token of a service.
    case token(TokenDemand)
  }

  private let capacity: Int
  private var demands: [RepositoryName: Demand] = [:]
  private var last: (repository: RepositoryName, demand: Demand)?

  /// - Parameter capacity: most repositories remembered.
  init(capacity: Int) { self.capacity = max(capacity, 1) }

  /// What to show for `repository`; nil while the endpoint has not asked for anything.
  func demand(for repository: RepositoryName) -> Demand? {
    if let demand = demands[repository] { return demand }
    guard let last else { return nil }
    switch last.demand {
    case .basic: return .basic
    case .token(let demand): return .token(demand.adapted(from: last.repository, to: repository))
    }
  }

  /// Takes in what an endpoint wants to see for `repository`.
  mutating func learn(_ demand: Demand, for repository: RepositoryName) {
    last = (repository, demand)
    // Forgetting costs one refused request for each repository; it happens only to upstreams with very many.
    if demands.count >= capacity, demands[repository] == nil { demands.removeAll(keepingCapacity: true) }
    demands[repository] = demand
  }
}
