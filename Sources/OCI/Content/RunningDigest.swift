internal import COpenSSL

/// A digest in the making: bytes go in as they arrive, the digest comes out at the end.
public struct RunningDigest: ~Copyable, @unchecked Sendable {
  // Unchecked: the context belongs to this value alone. The value cannot be copied, every mutation needs exclusive
  // access to it, and libcrypto ties no context to a thread (openssl-threads(7)).
  private let context: OpaquePointer
  private let algorithm: DigestAlgorithm

  /// Starts over no bytes.
  public init(_ algorithm: DigestAlgorithm) {
    let context = EVP_MD_CTX_new()
    // These calls fail for lack of memory or a libcrypto without SHA-2, never for anything that was hashed.
    guard let context, EVP_DigestInit_ex(context, algorithm.implementation, nil) == 1 else {
      preconditionFailure("libcrypto cannot compute \(algorithm.name)")
    }
    self.context = context
    self.algorithm = algorithm
  }

  private init(copying other: borrowing RunningDigest) {
    let context = EVP_MD_CTX_new()
    guard let context, EVP_MD_CTX_copy_ex(context, other.context) == 1 else {
      preconditionFailure("libcrypto cannot copy a digest context")
    }
    self.context = context
    self.algorithm = other.algorithm
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds the next bytes. Blocking work: about 0.6 ms a MiB.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    precondition(EVP_DigestUpdate(context, base, bytes.count) == 1, "libcrypto cannot compute \(algorithm.name)")
  }

  /// The same state once more, to go on differently or to look at the digest so far.
  public func copy() -> RunningDigest { RunningDigest(copying: self) }

  /// The digest of all bytes added.
  public consuming func finish() -> Digest {
    Digest(algorithm: algorithm) { hash in
      let pointer = hash.baseAddress?.assumingMemoryBound(to: UInt8.self)
      precondition(EVP_DigestFinal_ex(context, pointer, nil) == 1, "libcrypto cannot compute \(algorithm.name)")
    }
  }
}

extension Digest {
  /// The digest of `bytes`.
  public static func of(_ bytes: UnsafeRawBufferPointer, _ algorithm: DigestAlgorithm = .sha256) -> Digest {
    var running = RunningDigest(algorithm)
    running.update(bytes)
    return running.finish()
  }

  /// The digest of `bytes`; without a copy where they lie together in memory.
  public static func of(_ bytes: some Sequence<UInt8>, _ algorithm: DigestAlgorithm = .sha256) -> Digest {
    if let digest = bytes.withContiguousStorageIfAvailable({ of(UnsafeRawBufferPointer($0), algorithm) }) {
      return digest
    }
    return Array(bytes).withUnsafeBytes { of($0, algorithm) }
  }
}
