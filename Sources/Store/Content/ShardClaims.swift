import OCI
import Synchronization

/// Which files of content may be removed, while rows and files change in different places.
///
/// | digest is       | since                                         | until                                            |
/// |-----------------|-----------------------------------------------|--------------------------------------------------|
/// | unrecorded      | its file is about to be put in place          | its row is committed                             |
/// | pending removal | its row was removed, and it is not unrecorded | its file is removed, or it is put in place again |
///
/// Only the file of a digest whose removal is pending is removed.
struct ShardClaims: Sendable {
  private var unrecorded: Set<Digest> = []
  private var pendingRemoval: Set<Digest> = []

  /// A file of `digest` is about to be put in place.
  mutating func publish(_ digest: Digest) {
    unrecorded.insert(digest)
    pendingRemoval.remove(digest)
  }

  /// Putting the file in place failed.
  mutating func withdraw(_ digest: Digest) { unrecorded.remove(digest) }

  /// The row of `digest` is committed.
  mutating func rowCommitted(_ digest: Digest) {
    unrecorded.remove(digest)
    pendingRemoval.remove(digest)
  }

  /// The row of `digest` was removed by a commit; says whether its file is to be removed.
  mutating func rowRemoved(_ digest: Digest) -> Bool {
    guard !unrecorded.contains(digest) else { return false }
    pendingRemoval.insert(digest)
    return true
  }

  /// Whether the file of `digest` may be removed now, which ends that.
  mutating func takePendingRemoval(_ digest: Digest) -> Bool { pendingRemoval.remove(digest) != nil }

  /// Whether a file of `digest` may lie in its place before its row does.
  func isUnrecorded(_ digest: Digest) -> Bool { unrecorded.contains(digest) }
}

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
