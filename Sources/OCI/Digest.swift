/// The name of content: a hash of its bytes (image-spec §Digests).
///
/// Held inline, without heap memory, because every lookup and every shard path starts from one.
public struct Digest: Hashable, Sendable {
  /// The hash function.
  public let algorithm: DigestAlgorithm
  /// The hash as it lies in memory, padded with zeros to 64 bytes.
  private var words: Words

  private typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  /// A digest whose hash `fill` writes; `fill` gets exactly the algorithm's bytes, all zero.
  init<E: Error>(algorithm: DigestAlgorithm, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void) throws(E) {
    self.algorithm = algorithm
    var words: Words = (0, 0, 0, 0, 0, 0, 0, 0)
    try withUnsafeMutableBytes(of: &words) { (all) throws(E) in
      try fill(UnsafeMutableRawBufferPointer(rebasing: all[..<algorithm.byteCount]))
    }
    self.words = words
  }

  /// A digest from its hash; nil if `bytes` has not the algorithm's length.
  public init?(algorithm: DigestAlgorithm, bytes: some Collection<UInt8>) {
    guard bytes.count == algorithm.byteCount else { return nil }
    self.init(algorithm: algorithm) { $0.copyBytes(from: bytes) }
  }

  /// The same of bytes that lie in one piece; nil if there are not as many as the algorithm's.
  public init?(algorithm: DigestAlgorithm, bytes: UnsafeRawBufferPointer) {
    guard bytes.count == algorithm.byteCount else { return nil }
    self.init(algorithm: algorithm) { $0.copyMemory(from: bytes) }
  }

  /// Calls `body` with the bytes of the hash, without copying them to the heap.
  public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try Swift.withUnsafeBytes(of: words) { (all) throws(E) in
      try body(UnsafeRawBufferPointer(rebasing: all[..<algorithm.byteCount]))
    }
  }

  /// The bytes of the hash, as many as `algorithm.byteCount`.
  public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  /// Whether both name the same bytes by the same algorithm.
  public static func == (left: Digest, right: Digest) -> Bool {
    let (a, b) = (left.words, right.words)
    return left.algorithm == right.algorithm
      && (a.0, a.1, a.2, a.3) == (b.0, b.1, b.2, b.3) && (a.4, a.5, a.6, a.7) == (b.4, b.5, b.6, b.7)
  }

  /// Feeds the whole hash: clients choose digests freely, so that a part of it would let them choose collisions.
  public func hash(into hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension Digest: Comparable {
  /// The order of the texts: by algorithm, then by hash.
  public static func < (left: Digest, right: Digest) -> Bool {
    guard left.algorithm == right.algorithm else { return left.algorithm.rawValue < right.algorithm.rawValue }
    return left.withUnsafeBytes { a in right.withUnsafeBytes { b in a.lexicographicallyPrecedes(b) } }
  }
}
