extension CircuitBreaker {
  /// Whether what fails again and again is asked at all. Pure: time and chance are passed in.
  ///
  /// | state | a request | ends well | ends badly |
  /// |---|---|---|---|
  /// | closed | asks | closed, nothing counted | counted; open when `threshold` have come in a row |
  /// | open | is skipped; when the pause is over, one asks: probing | closed | as before |
  /// | probing | is skipped | closed | if it is the probe: open, for twice as long |
  struct StateMachine {
    typealias Instant = ContinuousClock.Instant

    /// What a request may do.
    enum Admission: Equatable {
      /// Ask. The probe is the one whose end decides whether others may.
      case ask(isProbe: Bool)
      /// Do without, for so long.
      case skip(Duration)
    }

    private enum State {
      case closed(failures: Int)
      case open(until: Instant, times: Int)
      case probing(times: Int)
    }

    private let threshold: Int
    private let firstPause: Duration
    private let longestPause: Duration
    private var state = State.closed(failures: 0)

    /// - Parameters:
    ///   - threshold: failures in a row that open it.
    ///   - firstPause: how long it is open then; twice as long each time a probe fails.
    ///   - longestPause: … but never longer than this.
    init(threshold: Int, firstPause: Duration, longestPause: Duration) {
      self.threshold = max(threshold, 1)
      (self.firstPause, self.longestPause) = (firstPause, longestPause)
    }

    mutating func admit(now: Instant) -> Admission {
      switch state {
      case .closed: return .ask(isProbe: false)
      case .open(let until, _) where now < until: return .skip(until - now)
      case .open(_, let times):
        state = .probing(times: times)
        return .ask(isProbe: true)
      case .probing: return .skip(firstPause)
      }
    }

    /// How long it stays open; nil while it is closed, and zero while a probe finds out.
    func openTime(now: Instant) -> Duration? {
      switch state {
      case .closed: nil
      case .open(let until, _): max(.zero, until - now)
      case .probing: .zero
      }
    }

    /// - Returns: whether the endpoint was left alone until now.
    mutating func succeeded() -> Bool {
      defer { state = .closed(failures: 0) }
      if case .closed = state { return false }
      return true
    }

    /// - Parameter chance: a number from 0 up to 1, which keeps many Berths from coming back at once.
    /// - Returns: how long the endpoint is left alone from now on; nil if that has not changed.
    mutating func failed(isProbe: Bool, now: Instant, chance: Double) -> Duration? {
      let times: Int
      switch state {
      case .closed(let failures) where failures + 1 < threshold:
        state = .closed(failures: failures + 1)
        return nil
      case .closed: times = 0
      case .probing(let before) where isProbe: times = min(before + 1, 16)
      // Requests that were under way when it opened say nothing new.
      case .open, .probing: return nil
      }
      let pause = min(firstPause * (1 << times), longestPause) * (0.5 + 0.5 * chance)
      state = .open(until: now + pause, times: times)
      return pause
    }

    /// A request ended in a way that says nothing about the endpoint; if it was the probe, another may be.
    mutating func withdrawn(isProbe: Bool, now: Instant) {
      if isProbe, case .probing(let times) = state { state = .open(until: now, times: times) }
    }
  }
}
