import OCI
import Synchronization

/// Which shard directories this process has seen to exist and to be directories of the store, so that a hit costs one
/// `openat` and publishing makes no directory twice.
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
