import OCI

/// What the store holds in all; kept with every change, never counted.
public struct StoreTotals: Sendable, Equatable {
  /// Bytes of all content held.
  public var bytes: Int64 = 0
  /// Number of contents held.
  public var count: Int64 = 0

  /// Nothing held.
  public init() {}

  /// Totals of these values.
  public init(bytes: Int64, count: Int64) {
    self.bytes = bytes
    self.count = count
  }

  /// Adds a change; what cannot be (below nothing, above the largest number) is cut off.
  mutating func add(_ change: StoreTotals) {
    bytes = max(0, bytes.saturatingSum(change.bytes))
    count = max(0, count.saturatingSum(change.count))
  }
}

/// How full a store is. Sizes are bytes.
public struct StoreUsage: Sendable, Equatable {
  /// What is held.
  public var held: StoreTotals
  /// What the index takes: rows of content, tags, grants and lists.
  public var indexBytes: Int64
  /// What is in flight.
  public var reservedBytes: Int64
  /// What is pinned, each content counted once, held or not.
  public var pinnedBytes: Int64
  /// Most that may be held and in flight; nil when only the file system bounds it.
  public var capacityBytes: Int64?
  /// What was evicted since the store was opened.
  public var evicted: StoreTotals
  /// Changes that wait for the index.
  public var waitingChanges: Int
  /// Whether the index failed and takes no writes any more.
  public var isIndexReadOnly: Bool
}
