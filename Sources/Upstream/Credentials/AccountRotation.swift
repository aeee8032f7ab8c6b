import OCI

/// Which of several credentials that may stand for each other asks next. Pure: time, and what is known, are passed in.
///
/// A rate-limited account pauses, and one that was refused a moment ago moves to the back: they are passed over while there are
/// others. Of the rest:
///
/// | asks | who |
/// |---|---|
/// | for a pull, somebody's allowance unknown | of those, the one whose last turn is longest ago |
/// | for a pull, every allowance known | the one with most left; of equals, the one whose last turn is longest ago |
/// | for anything else, which no allowance counts | the one that had the last turn: its token is at hand |
struct AccountRotation {
  typealias Instant = ContinuousClock.Instant

  /// How one account is doing.
  struct Status: Equatable {
    /// How long it must not ask; nil if it may.
    var rest: Duration?
    /// Pulls that it has left; nil if nobody said. Who says nothing limits nothing, as far as is known.
    var left: Int64?
  }

  private var turns = 0
  /// By place, the number of the last turn.
  private var lastTurns: [Int: Int] = [:]
  private var deprioritized: [Int: Instant] = [:]

  /// Gives the next turn.
  ///
  /// - Parameters:
  ///   - places: the credentials that may ask, in the order of the configuration.
  ///   - isPull: whether it costs allowance.
  /// - Returns: nil if there are none.
  mutating func choose(among places: [Int], isPull: Bool, now: Instant, status: (Int) -> Status) -> Int? {
    guard places.count > 1 else { return places.first }
    let statuses = Dictionary(places.map { ($0, status($0)) }) { first, _ in first }
    let rests = { (place: Int) in statuses[place]?.rest ?? .zero }
    let awake = places.filter { rests($0) == .zero }
    // If all rest, the one that wakes first tells how long that is.
    guard !awake.isEmpty else { return places.min { rests($0) < rests($1) } }
    let welcome = awake.filter { !isDeprioritized($0, now: now) }
    let candidates = welcome.isEmpty ? awake : welcome
    guard isPull else { return candidates.max { lastTurn($0) < lastTurn($1) && lastTurn($1) > 0 } }
    let left = { (place: Int) in statuses[place]?.left ?? .max }
    let most = candidates.map(left).max()
    let chosen = candidates.filter { left($0) == most }.min { lastTurn($0) < lastTurn($1) }
    if let chosen {
      turns &+= 1
      lastTurns[chosen] = turns
    }
    return chosen
  }

  /// An account was refused, or its credential cannot be read: others go first for a while.
  /// - Returns: whether it was not already.
  mutating func deprioritize(_ place: Int, for pause: Duration, now: Instant) -> Bool {
    let isNews = !isDeprioritized(place, now: now)
    deprioritized[place] = now + pause
    return isNews
  }

  private func isDeprioritized(_ place: Int, now: Instant) -> Bool { deprioritized[place].map { $0 > now } ?? false }
  private func lastTurn(_ place: Int) -> Int { lastTurns[place] ?? 0 }
}
