import LMDB
import OCI

extension IndexWrite {
  /// What one step of eviction did.
  struct EvictionStep: Sendable {
    var evicted: StoreTotals
    /// Whether there was nothing more to look at.
    var isExhausted: Bool
  }

  /// Evicts the oldest content until `needed` bytes are freed, looking at `maxCount` contents at most.
  func evict(
    _ needed: Int64,
    maxCount: Int,
    accessedAt: (Digest) -> Int64?,
    isArriving: (Digest) -> Bool
  ) throws(StoreError) -> EvictionStep {
    var eviction = LRUEviction(needed: needed)
    let oldest = try oldestKeys(maxCount)
    for key in oldest {
      if eviction.isDone { break }
      guard let digest = key.withUnsafeBytes({ Digest(endOf: $0, after: UInt8(ascii: " ")) }),
        let record = try content(digest)
      else {
        try delete(tables.recency, key)
        continue
      }
      switch eviction.judge(record, accessedAt: accessedAt(digest), isArriving: isArriving(digest)) {
      case .evict: try removeContent(digest)
      case .touch(let seconds): try touch(digest, at: seconds)
      case .spare: break
      }
    }
    return EvictionStep(evicted: eviction.evicted, isExhausted: oldest.count < maxCount && !eviction.isDone)
  }

  private func oldestKeys(_ maxCount: Int) throws(StoreError) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    try tables.scan(tables.recency, prefix: [], transaction.reading) { (key, _) throws(StoreError) in
      keys.append(Array(key))
      return keys.count < maxCount ? .next : .stop
    }
    return keys
  }
}
