import OCI

/// Which content goes to make room: the one whose last access is the longest ago, until enough is freed.
struct LRUEviction: Sendable {
  /// What becomes of content at the old end of the order.
  enum Verdict: Equatable {
    /// It goes.
    case evict
    /// It was accessed at that time, which is not written yet: it moves to the young end.
    case touch(Int64)
    /// It stays where it is.
    case spare
  }

  /// Bytes still to be freed.
  private(set) var needed: Int64
  /// What was evicted.
  private(set) var evicted = StoreTotals()

  init(needed: Int64) { self.needed = needed }

  var isDone: Bool { needed <= 0 }

  /// Judges the oldest content that is left.
  ///
  /// `accessedAt` is an access noted in memory; `isArriving`, that the content is about to be put in place again.
  mutating func judge(_ record: ContentRecord, accessedAt: Int64?, isArriving: Bool) -> Verdict {
    if isArriving { return .spare }
    if let accessedAt, accessedAt > record.lastAccess { return .touch(accessedAt) }
    needed -= record.size
    evicted.bytes = evicted.bytes.saturatingSum(record.size)
    evicted.count += 1
    return .evict
  }
}
