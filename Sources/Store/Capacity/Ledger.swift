import OCI
import Synchronization

/// What the store holds and has promised, in memory, beside the index's own totals.
final class Ledger: Sendable {
  private struct State {
    var room: Room
    var evicted = StoreTotals()
  }

  private let state: Mutex<State>

  init(_ room: Room) { state = Mutex(State(room: room)) }

  /// The room there is now.
  var room: Room { state.withLock { $0.room } }

  /// What was evicted since the store was opened.
  var evicted: StoreTotals { state.withLock { $0.evicted } }

  /// A commit changed what is held and pinned by so much, and used what was reserved for it.
  /// - Parameter indexBytes: what the index takes now.
  func committed(_ change: StoreTotals, pinnedBytes: Int64, indexBytes: Int64, using reservations: [Reservation]) {
    let settled = reservations.reduce(Int64(0)) { $0.saturatingSum($1.take()) }
    state.withLock { state in
      state.room.release(settled)
      state.room.held.add(change)
      state.room.pinned = max(0, state.room.pinned.saturatingSum(pinnedBytes))
      state.room.indexBytes = indexBytes
    }
  }

  /// A commit evicted that much.
  func noteEvicted(_ evicted: StoreTotals) { state.withLock { $0.evicted.add(evicted) } }

  /// See ``Room/reserve(_:already:)``.
  func reserve(_ bytes: Int64, already: Int64) -> Room.Answer {
    state.withLock { $0.room.reserve(bytes, already: already) }
  }

  /// See ``Room/release(_:)``.
  func release(_ bytes: Int64) { state.withLock { $0.room.release(bytes) } }

  /// From now on the store may hold so much.
  func setBudget(_ budget: StoreBudget) { state.withLock { $0.room.budget = budget } }
}
