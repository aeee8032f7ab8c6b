import OCI
import Synchronization

/// Knows what clients are expected to ask for, and counts what was fetched ahead of them and how much of it they did ask
/// for.
///
/// A client's request costs one relaxed atomic read as long as nothing is expected.
final class Prefetches: Sendable {
  private struct State {
    var expected: ExpectedLayers
    var use: PrefetchUse
  }

  private let state: Mutex<State>
  private let isIdle = Atomic<Bool>(true)
  private let metrics: Metrics

  init(limits: Limits, metrics: Metrics) {
    state = Mutex(
      State(
        expected: ExpectedLayers(maxCount: limits.maxExpectedManifests, lifetime: limits.expectationLifetime),
        use: PrefetchUse(maxHeld: limits.maxRememberedPrefetches)
      )
    )
    self.metrics = metrics
  }

  /// A client was sent a manifest with these layers.
  func expect(_ layers: [PrefetchPlan.Content], in repository: Repository) {
    change { $0.expected.expect(layers, in: repository, now: .now) }
  }

  /// A client asks for content.
  /// - Returns: what it will ask for next.
  func askedFor(_ digest: Digest, in repository: Repository) -> [PrefetchPlan.Content] {
    if isIdle.load(ordering: .relaxed) { return [] }
    let (used, following) = change { state in
      (state.use.askedFor(digest), state.expected.following(digest, in: repository, now: .now))
    }
    count(used, of: repository.upstream)
    return following
  }

  /// A client follows a download, whoever began it.
  func joined(_ digest: Digest, from upstream: UpstreamName) {
    if isIdle.load(ordering: .relaxed) { return }
    count(change { $0.use.askedFor(digest) }, of: upstream)
  }

  /// A download was begun ahead of any client.
  func began(_ digest: Digest, from upstream: UpstreamName) {
    metrics.upstream(upstream).prefetches.increment()
    change { $0.use.began(digest) }
  }

  /// A download that was begun ahead has ended; `bytes` is nil if it failed.
  func ended(_ digest: Digest, bytes: Int64?, from upstream: UpstreamName) {
    if let bytes { metrics.upstream(upstream).prefetchedBytes.add(bytes) }
    count(change { $0.use.ended(digest, bytes: bytes) }, of: upstream)
  }

  private func count(_ used: Int64, of upstream: UpstreamName) {
    if used > 0 { metrics.upstream(upstream).usedPrefetchedBytes.add(used) }
  }

  private func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
    state.withLock { state in
      defer { isIdle.store(state.use.isEmpty && state.expected.isEmpty, ordering: .relaxed) }
      return body(&state)
    }
  }
}
