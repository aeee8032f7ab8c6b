import OCI
import Synchronization

/// Counts what is fetched ahead of clients, and how much of it they ask for then.
///
/// Content that nobody has fetched ahead costs a client's request one relaxed atomic read, as long as nothing is waiting to
/// be asked for.
final class Prefetches: Sendable {
  private let book: Mutex<PrefetchBook>
  private let isEmpty = Atomic<Bool>(true)
  private let metrics: Metrics

  init(limits: Limits, metrics: Metrics) {
    book = Mutex(PrefetchBook(maxHeld: limits.maxRememberedPrefetches))
    self.metrics = metrics
  }

  /// A download was begun ahead of any client.
  func began(_ digest: Digest, from upstream: UpstreamName) {
    metrics.upstream(upstream).prefetches.increment()
    _ = change {
      $0.began(digest)
      return 0
    }
  }

  /// A client asks for content of an upstream.
  func askedFor(_ digest: Digest, from upstream: UpstreamName) {
    if isEmpty.load(ordering: .relaxed) { return }
    use(change { $0.askedFor(digest) }, of: upstream)
  }

  /// A download that was begun ahead has ended; `bytes` is nil if it failed.
  func ended(_ digest: Digest, bytes: Int64?, from upstream: UpstreamName) {
    if let bytes { metrics.upstream(upstream).prefetchedBytes.add(bytes) }
    use(change { $0.ended(digest, bytes: bytes) }, of: upstream)
  }

  private func use(_ bytes: Int64, of upstream: UpstreamName) {
    if bytes > 0 { metrics.upstream(upstream).usedPrefetchedBytes.add(bytes) }
  }

  private func change(_ body: (inout PrefetchBook) -> Int64) -> Int64 {
    book.withLock { book in
      defer { isEmpty.store(book.isEmpty, ordering: .relaxed) }
      return body(&book)
    }
  }
}
