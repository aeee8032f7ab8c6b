import LMDB
public import OCI

extension IndexWrite {
  /// Keeps content from eviction for `pin`, in place of all that it pinned before. The content need not be held yet.
  ///
  /// `contents` gives each one's length. Throws ``StoreError/pinDoesNotFit(_:bytes:capacity:)``, and changes
  /// nothing, when all pins together would be larger than the store may be.
  public func pin(_ pin: PinKey, _ contents: [Digest: RemoteSize]) throws(StoreError) {
    let before = effects.pinnedBytes
    for digest in try tables.contents(of: pin, transaction.reading) where contents[digest] == nil {
      try release(digest, from: pin)
    }
    for (digest, size) in contents { try hold(digest, size: size, for: pin) }
    let bytes = contents.values.saturatingSum().bytes
    let record = PinRecord(key: pin, pinnedAt: now, count: Int64(contents.count), bytes: bytes)
    try put(tables.pins, IndexKey.pin(pin), record)
    let pinned = try tables.pinnedBytes(transaction.reading).saturatingSum(effects.pinnedBytes)
    guard pinned <= capacity || effects.pinnedBytes <= before else {
      throw .pinDoesNotFit(pin, bytes: pinned, capacity: capacity)
    }
  }

  /// Lets content be evicted that `pin` pinned and nobody else does. Says whether there was such a pin.
  @discardableResult
  public func unpin(_ pin: PinKey) throws(StoreError) -> Bool {
    for digest in try tables.contents(of: pin, transaction.reading) { try release(digest, from: pin) }
    return try delete(tables.pins, IndexKey.pin(pin))
  }

  /// Whether content is kept from eviction.
  public func isPinned(_ digest: Digest) throws(StoreError) -> Bool {
    try tables.pinned(digest, transaction.reading) != nil
  }

  /// Pinned content stands in no order of eviction, so that eviction never meets it.
  private func hold(_ digest: Digest, size: RemoteSize, for pin: PinKey) throws(StoreError) {
    let key = IndexKey.pin(pin, digest)
    guard try putIfAbsent(tables.pins, key) else { return }
    if var pinned = try tables.pinned(digest, transaction.reading) {
      if pinned.keys < .max { pinned.keys += 1 }
      return try put(tables.pins, IndexKey.pinned(digest), pinned)
    }
    let held = try content(digest)
    let pinned = PinnedContent(size: held?.size ?? size.bytes, keys: 1)
    try put(tables.pins, IndexKey.pinned(digest), pinned)
    effects.pinnedBytes = effects.pinnedBytes.saturatingSum(pinned.size)
    if let held { try delete(tables.recency, IndexKey.recency(held.lastAccess, digest)) }
  }

  private func release(_ digest: Digest, from pin: PinKey) throws(StoreError) {
    try delete(tables.pins, IndexKey.pin(pin, digest))
    guard var pinned = try tables.pinned(digest, transaction.reading) else { return }
    if pinned.keys > 1 {
      pinned.keys -= 1
      return try put(tables.pins, IndexKey.pinned(digest), pinned)
    }
    try delete(tables.pins, IndexKey.pinned(digest))
    effects.pinnedBytes = effects.pinnedBytes.saturatingSum(-pinned.size)
    if let held = try content(digest) { try put(tables.recency, IndexKey.recency(held.lastAccess, digest), []) }
  }
}
