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

  /// A commit changed what is held and pinned, and what the index takes, and used what was reserved for it.
  func committed(_ commit: IndexWriter.Commit) {
    let settled = commit.settled.reduce(Int64(0)) { $0.saturatingSum($1.take()) }
    state.withLock { state in
      state.room.release(settled)
      state.room.held.add(commit.totals)
      state.room.pinned = max(0, state.room.pinned.saturatingSum(commit.pinnedBytes))
      state.room.indexBytes = commit.indexBytes
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
