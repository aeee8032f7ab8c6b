import OCI
import Synchronization

/// Where content lies under `content/`: `sha256/ab/<64 hex digits>`.
///
/// One level of 256: ten million files are forty thousand in a directory, which file systems index. With a second level
/// nearly each of the first hundred thousand contents would pay for a directory of its own.
struct ShardPath: Equatable {
  /// `sha256`, `sha512`.
  let algorithm: String
  /// The first two digits.
  let shard: String
  /// The whole hash.
  let file: String

  init(_ digest: Digest) {
    algorithm = digest.algorithm.name
    file = digest.hex
    shard = String(file.prefix(2))
  }

  /// Relative to `content/`.
  var relative: String { "\(algorithm)/\(shard)/\(file)" }
  /// The directory of the file, relative to `content/`.
  var directory: String { "\(algorithm)/\(shard)" }

  /// Number of the shard among those of all algorithms.
  static func index(of digest: Digest) -> Int {
    (Int(digest.algorithm.rawValue) - 1) << 8 | digest.withUnsafeBytes { Int($0[0]) }
  }
  /// One above the largest ``index(of:)``.
  static let count = DigestAlgorithm.allCases.count << 8
}

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
