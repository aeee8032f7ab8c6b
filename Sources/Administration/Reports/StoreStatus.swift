import PullThrough
import Store

/// What the store says of itself, for operators. Sizes are bytes.
public struct StoreStatus: Sendable {
  /// All content held.
  public var bytes: Int64
  /// Contents held: manifests and blobs.
  public var contentCount: Int64
  /// What the index takes.
  public var indexBytes: Int64
  /// Most that may be held and in flight; nil when only the file system bounds it.
  public var capacityBytes: Int64?
  /// Room that is promised to what arrives.
  public var reservedBytes: Int64
  /// What pins keep from eviction, held or not.
  public var pinnedBytes: Int64
  /// What was evicted since the start.
  public var evictedBytes: Int64
  /// How many contents that were.
  public var evictedCount: Int64
  /// Changes of the index that wait for the next commit.
  public var waitingChangeCount: Int
}

extension Reports {
  /// What the store holds now. Memory only.
  public var store: StoreStatus {
    let usage = pullThrough.store.usage
    return StoreStatus(
      bytes: usage.held.bytes,
      contentCount: usage.held.count,
      indexBytes: usage.indexBytes,
      capacityBytes: usage.capacityBytes,
      reservedBytes: usage.reservedBytes,
      pinnedBytes: usage.pinnedBytes,
      evictedBytes: usage.evicted.bytes,
      evictedCount: usage.evicted.count,
      waitingChangeCount: usage.waitingChanges
    )
  }
}
