public import OCI
import Synchronization

/// Tells whoever keeps copies of content that it is held no longer.
final class RemovalObserver: Sendable {
  private let body = Mutex<(@Sendable ([Digest]) -> Void)?>(nil)

  func observe(_ body: @escaping @Sendable ([Digest]) -> Void) { self.body.withLock { $0 = body } }

  /// A commit took these contents out of the index.
  func removed(_ digests: [Digest]) {
    guard !digests.isEmpty, let body = body.withLock({ $0 }) else { return }
    body(digests)
  }
}

extension Store {
  /// Calls `body` with contents that are held no longer, whyever: on the index writer's thread, behind the commit, so that it
  /// must be quick. One observer at a time.
  public func onRemoval(_ body: @escaping @Sendable ([Digest]) -> Void) { removalObserver.observe(body) }
}
