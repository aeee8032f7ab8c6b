import OCI
import Synchronization

/// The claims on files, under many locks, each for the digests whose first byte is the same.
///
/// A file is removed under its digest's lock, and a removal can wait for the file system's journal. Under one lock for
/// all digests, every change of the index that asks for a claim would wait with it.
final class ClaimLocks: Sendable {
  private final class Part: Sendable {
    let claims = Mutex(ShardClaims())
  }

  private let parts = (0...UInt8.max).map { _ in Part() }

  /// Runs `body` on the claims that hold those on `digest`, while nobody else looks at or changes them.
  func with<Result, Failure: Error>(
    _ digest: Digest,
    _ body: (inout ShardClaims) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let part = parts[Int(digest.withUnsafeBytes { $0.first ?? 0 })]
    return try part.claims.withLock { (claims) throws(Failure) -> Result in try body(&claims) }
  }
}
