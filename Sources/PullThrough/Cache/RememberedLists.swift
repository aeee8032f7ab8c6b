import Synchronization

/// The lists fetched or read lately, ready to be sent, up to a number of bytes. When there is no room, the one that was
/// confirmed longest ago goes.
final class RememberedLists<Key: Hashable & Sendable, List: Sendable>: Sendable {
  private struct Entry {
    var list: List
    var checkedAt: Int64
    var bytes: Int
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var totalBytes = 0
  }

  private let state = Mutex(State())
  private let maxBytes: Int
  private let maxLists: Int

  init(maxBytes: Int, maxLists: Int) {
    (self.maxBytes, self.maxLists) = (maxBytes, maxLists)
  }

  subscript(key: Key) -> List? { state.withLock { $0.entries[key]?.list } }

  /// - Parameters:
  ///   - checkedAt: when upstream was last asked, in seconds since 1970.
  ///   - bytes: what it takes in memory.
  func insert(_ list: List, for key: Key, checkedAt: Int64, bytes: Int) {
    state.withLock { state in
      Self.remove(key, &state)
      guard bytes <= maxBytes else { return }
      state.entries[key] = Entry(list: list, checkedAt: checkedAt, bytes: bytes)
      state.totalBytes += bytes
      while state.totalBytes > maxBytes || state.entries.count > maxLists, Self.removeOldest(&state) {}
    }
  }

  func forget(_ key: Key) { state.withLock { Self.remove(key, &$0) } }

  func forgetAll() { state.withLock { $0 = State() } }

  /// Lets one go, for memory that is short.
  /// - Returns: false if there is none.
  func forgetOldest() -> Bool { state.withLock { Self.removeOldest(&$0) } }

  private static func remove(_ key: Key, _ state: inout State) {
    if let removed = state.entries.removeValue(forKey: key) { state.totalBytes -= removed.bytes }
  }

  private static func removeOldest(_ state: inout State) -> Bool {
    guard let oldest = state.entries.min(by: { $0.value.checkedAt < $1.value.checkedAt })?.key else { return false }
    remove(oldest, &state)
    return true
  }
}
