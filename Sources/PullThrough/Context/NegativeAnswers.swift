import DequeModule

/// What was found not to be there, for seconds. Pure; the time is passed in.
///
/// It is asked only while requests wait for a place: whoever finds one free asks upstream, so that what was pushed a moment
/// ago is found at once.
struct NegativeAnswers<Key: Hashable> {
  private var known: [Key: ContinuousClock.Instant] = [:]
  private var order: Deque<(key: Key, until: ContinuousClock.Instant)> = []
  private let lifetime: Duration
  private let maxCount: Int

  init(lifetime: Duration, maxCount: Int) {
    self.lifetime = lifetime
    self.maxCount = max(1, maxCount)
  }

  var count: Int { known.count }

  /// Upstream has said that it has none.
  mutating func note(_ key: Key, at now: ContinuousClock.Instant) {
    let until = now + lifetime
    known[key] = until
    order.append((key, until))
    while let first = order.first, first.until <= now || order.count > maxCount {
      order.removeFirst()
      // It may have been said again since.
      if known[first.key] == first.until { known[first.key] = nil }
    }
  }

  /// It is there after all.
  mutating func forget(_ key: Key) { known[key] = nil }

  func has(_ key: Key, at now: ContinuousClock.Instant) -> Bool { known[key].map { now < $0 } ?? false }
}
