import OCI

/// Where content lies under `content/`: `sha256/ab/cd/<64 hex digits>`.
///
/// Two levels of 256 keep a million files at some fifteen in a directory.
struct ShardPath: Equatable {
  /// `sha256`, `sha512`.
  let algorithm: String
  /// First and second two digits.
  let first: String
  let second: String
  /// The whole hash.
  let file: String

  init(_ digest: Digest) {
    algorithm = digest.algorithm.name
    file = digest.hex
    first = String(file.prefix(2))
    second = String(file.dropFirst(2).prefix(2))
  }

  /// Relative to `content/`.
  var relative: String { "\(algorithm)/\(first)/\(second)/\(file)" }
  /// The directory of the file, relative to `content/`.
  var directory: String { "\(algorithm)/\(first)/\(second)" }

  /// Number of the shard among those of all algorithms.
  static func index(of digest: Digest) -> Int {
    let first = digest.withUnsafeBytes { Int($0[0]) << 8 | Int($0[1]) }
    return (Int(digest.algorithm.rawValue) - 1) << 16 | first
  }
  /// One above the largest ``index(of:)``.
  static let count = DigestAlgorithm.allCases.count << 16
}
