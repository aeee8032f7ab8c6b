/// A bound on how fast work in the background goes.
struct Pace: Sendable {
  /// Units of work a second; nil when there is no bound.
  private let perSecond: Double?
  private var done = 0.0

  init(perSecond: Int64?) { self.perSecond = perSecond.map { Double(max(1, $0)) } }

  /// How long to wait after `units` more were done, `elapsed` after the beginning; at most ten seconds at a time.
  mutating func wait(after units: Int64, elapsed: Duration) -> Duration {
    guard let perSecond else { return .zero }
    done += Double(units)
    let due = Duration.seconds(done / perSecond)
    return min(max(.zero, due - elapsed), .seconds(10))
  }
}
