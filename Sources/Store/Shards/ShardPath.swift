import OCI

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
