package import Logging

/// Who is told of each request: the log, at level `debug`, or `info` when an operator may want to mend what is wrong; and the
/// tenant, which has words for the outcomes.
package struct RequestObserver: Sendable {
  let log: Logger
  let outcomes: any OutcomeNaming

  package init(log: Logger, outcomes: any OutcomeNaming) {
    (self.log, self.outcomes) = (log, outcomes)
  }
}
