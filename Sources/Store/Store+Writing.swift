import LMDB
import Logging
public import OCI
import Synchronization

extension Store {
  /// Makes a change of the index; returns when it is on disk. Changes that wait together are committed together.
  ///
  /// `body` may be run more than once (see ``IndexWrite``) and must not wait for anything. When it throws, or the
  /// commit fails, nothing is changed. Throws, besides what `body` does, ``StoreError/full(_:)``,
  /// ``StoreError/index(_:)``, ``StoreError/indexIsReadOnly`` and ``StoreError/closed``.
  @discardableResult
  public func write<Result: Sendable>(
    _ body: @escaping @Sendable (borrowing IndexWrite) throws(StoreError) -> Result
  ) async throws(StoreError) -> Result {
    let result = try await writer.write(body)
    evictor.wake()
    return result
  }

  /// Waits until the files of content that was removed from the index are gone, and their room is free.
  public func finishRemovals() async { await shards.finishRemovals() }

  /// Writes the access times that are noted in memory.
  public func flushAccessTimes() async {
    let chunks = accesses.take(chunkSize: Self.accessesPerCommit)
    for chunk in chunks {
      do throws(StoreError) {
        try await write { (index) throws(StoreError) in
          for access in chunk { try index.touch(access.digest, at: access.seconds) }
        }
      } catch {
        // Losing them costs a wrong order of eviction, nothing else.
        log.debug("access times were not written", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Keeps one commit of access times to some tens of milliseconds, so that other changes need not wait long.
  private static let accessesPerCommit = 2_000
}

extension Store {
  /// Keeps content from eviction for `pin`; returns when it is on disk. See ``IndexWrite/pin(_:_:)``.
  public func pin(_ pin: PinKey, _ contents: [Digest: RemoteSize]) async throws(StoreError) {
    try await write { (index) throws(StoreError) in try index.pin(pin, contents) }
  }

  /// Lets content be evicted that only `pin` kept; says whether there was such a pin.
  @discardableResult
  public func unpin(_ pin: PinKey) async throws(StoreError) -> Bool {
    try await write { (index) throws(StoreError) in try index.unpin(pin) }
  }

  /// The pins, sorted by key.
  public func pins() throws(StoreError) -> [PinRecord] {
    var pins: [PinRecord] = []
    try read { (transaction) throws(StoreError) in
      var start = IndexKey.pins
      while let (key, pin) = try nextPin(from: start, transaction) {
        pins.append(pin)
        // What the pin pins stands behind it, with a space between.
        start = key + [UInt8(ascii: " ") + 1]
      }
    }
    return pins.sorted { $0.key.description < $1.key.description }
  }

  /// What `pin` pins, sorted; empty if there is no such pin.
  public func contents(of pin: PinKey) throws(StoreError) -> [Digest] {
    try read { (transaction) throws(StoreError) in try tables.contents(of: pin, transaction) }
  }

  /// Whether content is kept from eviction.
  public func isPinned(_ digest: Digest) throws(StoreError) -> Bool {
    try read { (transaction) throws(StoreError) in try tables.pinned(digest, transaction) != nil }
  }

  private func nextPin(
    from start: [UInt8],
    _ transaction: borrowing ReadTransaction
  ) throws(StoreError) -> (key: [UInt8], pin: PinRecord)? {
    var found: (key: [UInt8], pin: PinRecord)?
    try tables.scan(tables.pins, prefix: IndexKey.pins, from: start, transaction) { (key, value) throws(StoreError) in
      guard let pin = PinRecord(record: value) else { throw .damagedRecord(table: tables.pins.name) }
      found = (Array(key), pin)
      return .stop
    }
    return found
  }
}

/// Tells whoever keeps copies of content that it is held no longer.
final class RemovalObserver: Sendable {
  private let body = Mutex<(@Sendable ([Digest]) -> Void)?>(nil)

  func observe(_ body: @escaping @Sendable ([Digest]) -> Void) { self.body.withLock { $0 = body } }

  /// A commit took these contents out of the index.
  func removed(_ digests: [Digest]) {
    guard !digests.isEmpty, let body = body.withLock({ $0 }) else { return }
    body(digests)
  }
}

extension Store {
  /// Calls `body` with contents that are held no longer, whyever: on the index writer's thread, behind the commit, so that it
  /// must be quick. One observer at a time.
  public func onRemoval(_ body: @escaping @Sendable ([Digest]) -> Void) { removalObserver.observe(body) }
}
