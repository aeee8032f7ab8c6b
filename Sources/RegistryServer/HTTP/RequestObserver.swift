import Logging
import PullThrough

/// Who is told of each request: the metrics, and the log: at level `debug`, or `info` when
/// an operator may want to mend what is wrong.
struct RequestObserver: Sendable {
  let metrics: Metrics
  let log: Logger
}
