import OCI
import Synchronization

/// What the store holds and has promised, in memory, beside the index's own totals.
final class SpaceLedger: Sendable {
  private struct State {
    var space: SpaceBudget
    var evicted = StoreTotals()
  }

  private let state: Mutex<State>

  init(_ space: SpaceBudget) { state = Mutex(State(space: space)) }

  /// The space there is now.
  var space: SpaceBudget { state.withLock { $0.space } }

  /// What was evicted since the store was opened.
  var evicted: StoreTotals { state.withLock { $0.evicted } }

  /// A commit changed what is held and pinned by so much, and used what was reserved for it.
  /// - Parameter indexBytes: what the index takes now.
  func committed(_ change: StoreTotals, pinnedBytes: Int64, indexBytes: Int64, using reservations: [Reservation]) {
    let consumed = reservations.reduce(Int64(0)) { $0.saturatingSum($1.take()) }
    state.withLock { state in
      state.space.release(consumed)
      state.space.held.add(change)
      state.space.pinned = max(0, state.space.pinned.saturatingSum(pinnedBytes))
      state.space.indexBytes = indexBytes
    }
  }

  /// A commit evicted that much.
  func recordEvicted(_ evicted: StoreTotals) { state.withLock { $0.evicted.add(evicted) } }

  /// See ``SpaceBudget/reserve(_:already:)``.
  func reserve(_ bytes: Int64, already: Int64) -> SpaceBudget.Answer {
    state.withLock { $0.space.reserve(bytes, already: already) }
  }

  /// See ``SpaceBudget/release(_:)``.
  func release(_ bytes: Int64) { state.withLock { $0.space.release(bytes) } }

  /// From now on the store may hold so much.
  func setLimits(_ limits: SpaceLimits) { state.withLock { $0.space.limits = limits } }
}
