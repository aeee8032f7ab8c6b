import OCI

/// What room a store has: what it holds, what is in flight, and what it may hold. All values are bytes.
struct SpaceBudget: Sendable, Equatable {
  /// What may be held.
  var limits: SpaceLimits
  /// What is held.
  var held = StoreTotals()
  /// What is pinned, held or not.
  var pinned: Int64 = 0
  /// What the index takes.
  var indexBytes: Int64 = 0
  /// What is in flight: reserved and not yet given back.
  private(set) var reserved: Int64 = 0

  init(_ limits: SpaceLimits) { self.limits = limits }

  /// An index of that size comes with any store, and counts for nothing.
  static let freeIndexBytes: Int64 = 1 << 20

  /// What of the index counts as held. Never more than half of what may be held, so that there is room for content however
  /// many rows it takes to describe it.
  var countedIndexBytes: Int64 { max(0, min(indexBytes - Self.freeIndexBytes, limits.capacity / 2)) }

  /// What counts against the budget: content that is held and what is in flight, and the index.
  private var used: Int64 { held.bytes.saturatingSum(reserved).saturatingSum(countedIndexBytes) }

  /// The answer to a wish for room.
  enum Answer: Equatable {
    /// It is reserved.
    case granted
    /// So much must be evicted first.
    case short(Int64)
    /// It would not fit into an empty store.
    case tooLarge
  }

  /// Reserves `bytes` for content that is about to arrive. A reservation that grows asks only for what is more;
  /// `already` says what it has.
  mutating func reserve(_ bytes: Int64, already: Int64 = 0) -> Answer {
    guard bytes.saturatingSum(already) <= limits.capacity else { return .tooLarge }
    let excess = used.saturatingSum(bytes).saturatingDifference(limits.capacity)
    guard excess <= 0 else { return .short(excess) }
    reserved = reserved.saturatingSum(bytes)
    return .granted
  }

  /// Gives room back: the content is held now, or will not come.
  mutating func release(_ bytes: Int64) { reserved = max(0, reserved - bytes) }

  /// What may come before eviction begins; below 0 when it should have begun.
  var available: Int64 { limits.highWater.saturatingDifference(used) }

  /// What eviction should free behind requests: down to the low mark once the high one is passed; else nothing.
  var excess: Int64 { used > limits.highWater ? used - limits.lowWater : 0 }
}
