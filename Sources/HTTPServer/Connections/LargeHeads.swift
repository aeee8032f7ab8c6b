import Synchronization

/// How many connections have a large request header arriving, so that many of them together stay within memory.
final class LargeHeads: Sendable {
  private let maxCount: Int
  private let count = Atomic<Int>(0)

  init(maxCount: Int) { self.maxCount = maxCount }

  /// - Returns: false when there are as many as may be.
  func begin() -> Bool {
    if count.add(1, ordering: .relaxed).newValue <= maxCount { return true }
    end()
    return false
  }

  func end() { count.subtract(1, ordering: .relaxed) }
}
