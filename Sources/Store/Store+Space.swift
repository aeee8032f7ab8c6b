import Glibc
import OCI

extension Store {
  /// How full the store is. Memory only.
  public var usage: StoreUsage {
    let space = ledger.space
    return StoreUsage(
      held: space.held,
      indexBytes: space.indexBytes,
      reservedBytes: space.reserved,
      pinnedBytes: space.pinned,
      capacityBytes: space.limits.capacity == .max ? nil : space.limits.capacity,
      evicted: ledger.evicted,
      waitingChanges: writer.waitingCount,
      isIndexReadOnly: writer.hasFailed
    )
  }

  /// Bytes that can be taken in without evicting anything, as far as can be known: below the high mark, and beside what
  /// stays free on the file system.
  public var availableBytes: Int64 {
    let space = ledger.space
    let disk = FileSystemSpace(of: directory.root.raw).map { $0.available.saturatingDifference(space.limits.keepFree) }
    return max(0, min(space.available, disk ?? space.available))
  }

  /// Makes room for `bytes` of content that is about to arrive, evicting what was not used for the longest time.
  ///
  /// Throws ``StoreError/doesNotFit(bytes:capacity:)`` when no eviction makes room enough and ``StoreError/full(_:)``
  /// when the file system has none: pass the content through then, without keeping it (``StoreError/isLackOfRoom``).
  public func reserve(_ bytes: Int64) async throws(StoreError) -> Reservation {
    try await makeRoom(bytes, already: 0)
    return Reservation(ledger, bytes: bytes)
  }

  /// Makes room for more of the same content, as `reservation` was made for, up to `bytes` in all. Throws as
  /// ``reserve(_:)`` does, and leaves the reservation as it is then.
  public func extend(_ reservation: Reservation, to bytes: Int64) async throws(StoreError) {
    let already = reservation.bytes
    guard bytes > already else { return }
    try await makeRoom(bytes - already, already: already)
    reservation.add(bytes - already)
  }

  /// Sets how much the store may hold, from now on; what is held too much is evicted behind the caller.
  public func setCapacity(_ capacity: StoreCapacity) {
    let total = FileSystemSpace(of: directory.root.raw)?.total ?? .max
    ledger.setLimits(SpaceLimits(capacity, fileSystemBytes: total))
    evictor.wake()
  }

  /// Evicts `bytes`, or what can be; returns the bytes that were freed.
  @discardableResult
  public func evict(_ bytes: Int64) async throws(StoreError) -> Int64 {
    try await evictor.evict(bytes)
  }

  private func makeRoom(_ bytes: Int64, already: Int64) async throws(StoreError) {
    let bytes = max(0, bytes)
    try await makeRoomOnDisk(bytes)
    while true {
      switch ledger.reserve(bytes, already: already) {
      case .granted:
        evictor.wake()
        return
      case .tooLarge:
        throw .doesNotFit(bytes: bytes.saturatingSum(already), capacity: ledger.space.limits.capacity)
      case .short(let shortage):
        guard try await evictor.evict(shortage) > 0 else {
          throw .doesNotFit(bytes: bytes.saturatingSum(already), capacity: ledger.space.limits.capacity)
        }
      }
    }
  }

  /// Evicts once if the file system has too little; files that readers have open free their room later.
  private func makeRoomOnDisk(_ bytes: Int64) async throws(StoreError) {
    guard let shortage = shortageOnDisk(bytes), shortage > 0 else { return }
    if bytes <= ledger.space.limits.capacity, try await evictor.evict(shortage) > 0 { await shards.finishRemovals() }
    guard let rest = shortageOnDisk(bytes), rest > 0 else { return }
    throw .full(FileFailure(.create, .staging, code: ENOSPC))
  }

  /// Bytes by which the file system is short of what is asked for and what must stay free; nil if it cannot be asked.
  private func shortageOnDisk(_ bytes: Int64) -> Int64? {
    guard let disk = FileSystemSpace(of: directory.root.raw) else { return nil }
    return bytes.saturatingSum(ledger.space.limits.keepFree).saturatingDifference(disk.available)
  }
}
