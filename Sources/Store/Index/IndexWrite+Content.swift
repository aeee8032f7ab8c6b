import LMDB
public import OCI

extension IndexWrite {
  /// Records content that was published; its file must be in place. Replaces an earlier row.
  public func putContent(_ digest: Digest, _ record: ContentRecord) throws(StoreError) {
    if let old = try content(digest) { try removeRow(digest, old) }
    try put(tables.content, IndexKey.content(digest), record)
    if try !isPinned(digest) { try put(tables.recency, IndexKey.recency(record.lastAccess, digest), []) }
    effects.totals.add(bytes: record.size, count: 1)
    effects.put.append(digest)
    effects.removed.removeAll { $0 == digest }
  }

  /// Drops content: the row with this change, and the grants of it; the file once it is committed. Says whether it was held.
  ///
  /// Whoever has the file open goes on reading it.
  @discardableResult
  public func removeContent(_ digest: Digest) throws(StoreError) -> Bool {
    guard let old = try content(digest) else { return false }
    try removeRow(digest, old)
    try removeGrants(of: digest)
    effects.removed.append(digest)
    return true
  }

  /// Moves content to the young end of the order of eviction. An older time than is recorded changes nothing.
  func touch(_ digest: Digest, at seconds: Int64) throws(StoreError) {
    guard var record = try content(digest), record.lastAccess < seconds else { return }
    let isEvictable = try delete(tables.recency, IndexKey.recency(record.lastAccess, digest))
    record.lastAccess = seconds
    try put(tables.content, IndexKey.content(digest), record)
    if isEvictable { try put(tables.recency, IndexKey.recency(seconds, digest), []) }
  }

  private func removeRow(_ digest: Digest, _ record: ContentRecord) throws(StoreError) {
    try delete(tables.content, IndexKey.content(digest))
    try delete(tables.recency, IndexKey.recency(record.lastAccess, digest))
    effects.totals.add(bytes: -record.size, count: -1)
  }
}

extension StoreTotals {
  /// Adds a change, which may be negative, to a sum of changes.
  fileprivate mutating func add(bytes: Int64, count: Int64) {
    self.bytes = self.bytes.saturatingSum(bytes)
    self.count = self.count.saturatingSum(count)
  }
}
