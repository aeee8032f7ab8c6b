import OCI
import Synchronization
import Upstream

/// The upstreams and the policy that are in force until a reload replaces them.
///
/// Every request takes them anew, under a lock that is held for a copy only.
final class CurrentUpstreams: Sendable {
  private struct State {
    var table: UpstreamTable
    var policy: Policy
  }

  private let state: Mutex<State>

  init(_ table: UpstreamTable, _ policy: Policy) { state = Mutex(State(table: table, policy: policy)) }

  var table: UpstreamTable { state.withLock { $0.table } }

  var policy: Policy { state.withLock { $0.policy } }

  var isOffline: Bool { policy.isOffline }

  /// What is under way ends with those that it began with.
  func replace(_ table: UpstreamTable, _ policy: Policy) {
    state.withLock { $0 = State(table: table, policy: policy) }
  }

  /// How a repository's upstream is to be treated; nil if it is not configured any more.
  func settings(of repository: Repository) -> UpstreamSettings? { table[repository.upstream]?.settings }

  /// Refreshes what is held and could be served stale: waits for as long as the upstream's settings say.
  /// - Returns: what came of it; nil when it takes longer, while it goes on.
  func revalidate<Value: Sendable>(
    _ repository: Repository,
    by refresh: @escaping @Sendable () async throws(PullThroughError) -> Value
  ) async -> Result<Value, PullThroughError>? {
    let patience = settings(of: repository)?.revalidationPatience ?? .zero
    return await Patience.wait(patience) { await Result(refresh) }
  }

  /// Whom to ask for something of a repository.
  /// - Throws: ``PullThroughError/offline(_:_:)`` where nobody is asked.
  func upstream(
    of repository: Repository,
    for operation: RepositoryOperation
  ) throws(PullThroughError) -> any UpstreamRegistry {
    let (table, policy) = state.withLock { ($0.table, $0.policy) }
    guard !policy.isOffline else { throw .offline(repository, operation) }
    guard let upstream = table[repository.upstream] else {
      throw .upstreamUnknown(requested: repository.upstream.description, known: table.names.all)
    }
    return upstream
  }
}
