import Logging
import PullThrough

/// Who is told of each request: the metrics, and at level `debug` the log.
struct RequestObserver: Sendable {
  let metrics: Metrics
  let log: Logger
}
