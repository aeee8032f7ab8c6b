/// Whether an event loop is so far behind that what can wait is to be sent away. Pure.
///
/// | state | lag | then |
/// |---|---|---|
/// | calm | above the bound | rising |
/// | rising | above it for as long as it takes | shedding |
/// | rising | not above it | calm |
/// | shedding | below half of the bound | easing |
/// | easing | below half of it for as long as it takes | calm |
/// | easing | not below half of it | shedding |
struct LoadShedding: Equatable {
  private enum State: Equatable {
    case calm
    case rising(since: Duration)
    case shedding
    case easing(since: Duration)
  }

  /// The lag above which a loop is behind.
  static let lagBound: Duration = .milliseconds(100)
  /// How long that has to last, and how long it has to be over.
  static let patience: Duration = .seconds(1)

  private var state = State.calm

  /// Whether what can wait is sent away.
  var isShedding: Bool {
    switch state {
    case .calm, .rising: false
    case .shedding, .easing: true
    }
  }

  /// A loop's lag was measured.
  /// - Parameter now: time on any clock that only goes forward.
  mutating func measured(_ lag: Duration, at now: Duration) {
    let isBehind = lag > Self.lagBound
    let isWell = lag < Self.lagBound / 2
    switch state {
    case .calm: if isBehind { state = .rising(since: now) }
    case .rising(let since):
      if !isBehind { state = .calm } else if now - since >= Self.patience { state = .shedding }
    case .shedding: if isWell { state = .easing(since: now) }
    case .easing(let since):
      if !isWell { state = .shedding } else if now - since >= Self.patience { state = .calm }
    }
  }
}

/// What a loop's timer tells of its lag. Pure.
struct LoopLag {
  /// How often a loop is looked at.
  static let interval: Duration = .milliseconds(100)

  /// How late a timer was by the loop's own doing: no later than it was, and no longer than the loop's thread has computed
  /// meanwhile. That other processes had the processor does not count.
  static func own(sinceLast elapsed: Duration, computed: Duration) -> Duration {
    max(.zero, min(elapsed - interval, computed))
  }
}
