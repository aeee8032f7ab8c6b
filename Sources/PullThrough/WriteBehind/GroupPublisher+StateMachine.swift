extension GroupPublisher {
  /// When small contents are written that have gathered. Pure: no I/O, no clock.
  ///
  /// | phase      | a content comes                   | its time is up | the group is written                        |
  /// |------------|-----------------------------------|----------------|---------------------------------------------|
  /// | idle       | gathering, by the clock           | –              | –                                           |
  /// | gathering  | it waits; with enough, publishing | publishing     | –                                           |
  /// | publishing | it waits for the next group       | –              | gathering; with enough, publishing; or idle |
  ///
  /// While somebody waits for a flush nothing gathers.
  struct StateMachine {
    typealias Timer = UInt64

    /// What is to be done about it.
    enum Action: Equatable {
      case none
      /// Call ``StateMachine/timeIsUp(_:)`` when the gathering time has passed.
      case startTimer(Timer)
      /// Publish the first that many contents that wait, then call ``StateMachine/published()``.
      case publish(count: Int)
    }

    private enum Phase {
      case idle
      case gathering(Timer)
      case publishing
    }

    private let maxGroup: Int
    private var phase = Phase.idle
    private var waitingCount = 0
    private var flushCount = 0
    private var lastTimer: Timer = 0

    init(maxGroup: Int) { self.maxGroup = max(1, maxGroup) }

    private var mustPublish: Bool { waitingCount >= maxGroup || (flushCount > 0 && waitingCount > 0) }

    /// A content comes, to be published.
    mutating func added() -> Action {
      waitingCount += 1
      return next()
    }

    /// A timer that was started has run out.
    mutating func timeIsUp(_ timer: Timer) -> Action {
      guard case .gathering(timer) = phase else { return .none }
      return publish()
    }

    /// Somebody waits for all that is there.
    mutating func beginFlush() -> Action {
      flushCount += 1
      return next()
    }

    /// They wait no longer.
    mutating func endFlush() { flushCount -= 1 }

    /// A group was published, or is no concern any more.
    mutating func published() -> Action {
      phase = .idle
      return next()
    }

    private mutating func next() -> Action {
      switch phase {
      case .idle where mustPublish, .gathering where mustPublish: return publish()
      case .idle where waitingCount > 0:
        lastTimer &+= 1
        phase = .gathering(lastTimer)
        return .startTimer(lastTimer)
      case .idle, .gathering, .publishing: return .none
      }
    }

    private mutating func publish() -> Action {
      let count = min(waitingCount, maxGroup)
      waitingCount -= count
      phase = .publishing
      return .publish(count: count)
    }
  }
}
