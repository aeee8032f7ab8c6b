import OCI
import Synchronization

/// Content whose file was found missing or wrong, until its row is dropped, or unreadable, until it is recorded anew:
/// readers take it as not held from the moment it was found, so that whoever asks next fetches it again.
final class InvalidContent: Sendable {
  private let digests = Mutex<Set<Digest>>([])
  /// Lets the common case, nothing invalid, pass without the lock.
  private let count = Atomic<Int>(0)

  func contains(_ digest: Digest) -> Bool {
    count.load(ordering: .acquiring) > 0 && digests.withLock { $0.contains(digest) }
  }

  /// Marks content; false when it was before.
  func insert(_ digest: Digest) -> Bool {
    digests.withLock { digests in
      defer { count.store(digests.count, ordering: .releasing) }
      return digests.insert(digest).inserted
    }
  }

  /// Content that was recorded anew, or whose row is dropped.
  func remove(_ dropped: [Digest]) {
    guard count.load(ordering: .acquiring) > 0 else { return }
    digests.withLock { digests in
      digests.subtract(dropped)
      count.store(digests.count, ordering: .releasing)
    }
  }
}
