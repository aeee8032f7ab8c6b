import Logging
import OCI
import Synchronization

/// Frees room: at once for a download that needs it, and behind requests down to the low mark.
final class Evictor: Sendable {
  /// Contents looked at in one commit: small, so that other changes need not wait long.
  private static let contentsPerCommit = 128
  /// Steps without a byte freed after which eviction gives up: what is oldest was all accessed just now.
  private static let maxIdleSteps = 64

  private let writer: IndexWriter
  private let ledger: SpaceLedger
  private let shards: Shards
  private let accessedAt: @Sendable (Digest) -> Int64?
  private let giveUp: @Sendable (Int64) async -> Int64
  private let log: Logger
  private let isAwake = Mutex(false)

  /// - Parameter givingUp: frees room that is taken by less than whole content, which goes first; returns how many bytes.
  init(
    _ writer: IndexWriter,
    _ ledger: SpaceLedger,
    _ shards: Shards,
    accessedAt: @escaping @Sendable (Digest) -> Int64?,
    givingUp: @escaping @Sendable (Int64) async -> Int64,
    log: Logger
  ) {
    self.writer = writer
    self.ledger = ledger
    self.shards = shards
    self.accessedAt = accessedAt
    giveUp = givingUp
    self.log = log
  }

  /// Evicts until `bytes` are freed or nothing more can be; returns what was freed.
  func evict(_ bytes: Int64) async throws(StoreError) -> Int64 {
    var freed = await giveUp(bytes)
    var idleSteps = 0
    while freed < bytes, idleSteps < Self.maxIdleSteps {
      let step = try await step(bytes - freed)
      freed = freed.saturatingSum(step.evicted.bytes)
      if step.isExhausted { break }
      idleSteps = step.evicted.count == 0 ? idleSteps + 1 : 0
    }
    return freed
  }

  /// Begins to evict behind the caller if more is held than should be.
  func wake() {
    guard ledger.space.excess > 0 else { return }
    let wasAwake = isAwake.withLock { isAwake in
      defer { isAwake = true }
      return isAwake
    }
    guard !wasAwake else { return }
    Task { await self.workOff() }
  }

  private func workOff() async {
    do throws(StoreError) {
      while case let excess = ledger.space.excess, excess > 0 {
        guard try await evict(excess) > 0 else { break }
      }
    } catch {
      log.warning("eviction failed", metadata: ["error": "\(error)"])
    }
    isAwake.withLock { $0 = false }
  }

  private func step(_ needed: Int64) async throws(StoreError) -> IndexWrite.EvictionStep {
    let (shards, accessedAt) = (shards, accessedAt)
    let step = try await writer.write { (index) throws(StoreError) in
      try index.evict(
        needed,
        maxCount: Self.contentsPerCommit,
        accessedAt: accessedAt,
        isArriving: { shards.isUnrecorded($0) }
      )
    }
    ledger.recordEvicted(step.evicted)
    return step
  }
}
