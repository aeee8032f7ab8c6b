import Logging
import OCI
import Store

/// What all services share: where content lies, whom to ask, what time it is, and where it is counted and told.
final class ServiceContext: Sendable {
  let store: Store
  /// What is on its way to the index.
  let pending: WriteBehindQueue
  /// Whether the store takes what is fetched.
  let health: StoreHealth
  let upstreams: CurrentUpstreams
  /// What upstreams were found not to have a moment ago.
  let absent: AbsentDocuments
  let metrics: Metrics
  let limits: Limits
  let clock: WallClock
  let log: Logger

  init(
    store: Store,
    upstreams: CurrentUpstreams,
    metrics: Metrics,
    limits: Limits,
    clock: WallClock,
    log: Logger
  ) {
    (self.store, self.upstreams, self.metrics) = (store, upstreams, metrics)
    (self.limits, self.clock, self.log) = (limits, clock, log)
    absent = AbsentDocuments(limits: limits)
    health = StoreHealth(store, metrics: metrics, log: log)
    pending = WriteBehindQueue(to: store, limits: limits)
  }
}
