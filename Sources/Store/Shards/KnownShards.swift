import OCI
import Synchronization

/// Shard directories of which this process knows something, a bit each.
final class KnownShards: Sendable {
  private let bits = Mutex([UInt64](repeating: 0, count: ShardPath.count / 64))

  func contains(_ digest: Digest) -> Bool {
    let index = ShardPath.index(of: digest)
    return bits.withLock { $0[index / 64] & (1 << UInt64(index % 64)) != 0 }
  }

  func insert(_ digest: Digest) {
    let index = ShardPath.index(of: digest)
    bits.withLock { $0[index / 64] |= 1 << UInt64(index % 64) }
  }

  func remove(_ digest: Digest) {
    let index = ShardPath.index(of: digest)
    bits.withLock { $0[index / 64] &= ~(1 << UInt64(index % 64)) }
  }
}
