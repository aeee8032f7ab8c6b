/// Whether so many of an upstream's answers of late had no body that more of the kind must be expected. Pure; the time is
/// passed in.
struct EmptyAnswers {
  /// So many within ``window`` are a flood.
  static let flood = 8
  static let window = Duration.seconds(10)

  private var latest: [ContinuousClock.Instant] = []

  /// One more came.
  mutating func note(at now: ContinuousClock.Instant) {
    latest.append(now)
    if latest.count > Self.flood { latest.removeFirst() }
  }

  func isFlood(at now: ContinuousClock.Instant) -> Bool {
    guard latest.count >= Self.flood, let first = latest.first else { return false }
    return now - first <= Self.window
  }
}
