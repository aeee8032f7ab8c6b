/// Many durations of the same thing.
struct Durations {
  private var all: [Duration] = []

  mutating func append(_ duration: Duration) { all.append(duration) }

  /// The smallest that at least `part` (0 to 1) of them do not exceed; zero if there is none.
  func quantile(_ part: Double) -> Duration {
    guard !all.isEmpty else { return .zero }
    let index = Int((part * Double(all.count)).rounded(.up)) - 1
    return all.sorted()[min(max(0, index), all.count - 1)]
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
  var milliseconds: Double { seconds * 1e3 }
  var microseconds: Double { seconds * 1e6 }
}
