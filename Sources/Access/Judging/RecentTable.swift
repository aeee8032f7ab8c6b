/// A table that forgets: when it is full, the half that came first goes. A look-up changes nothing, so that it costs one hash.
struct RecentTable<Key: Hashable, Value> {
  private var recent: [Key: Value] = [:]
  private var older: [Key: Value] = [:]
  private let halfCount: Int

  init(maxCount: Int) { halfCount = max(1, maxCount / 2) }

  var count: Int { recent.count + older.count }

  subscript(key: Key) -> Value? { recent[key] ?? older[key] }

  mutating func insert(_ value: Value, for key: Key) {
    if recent.count >= halfCount, recent[key] == nil {
      older = recent
      recent = [:]
    }
    older[key] = nil
    recent[key] = value
  }

  mutating func remove(_ key: Key) {
    recent[key] = nil
    older[key] = nil
  }

  mutating func removeAll() {
    recent = [:]
    older = [:]
  }
}
