import DequeModule

/// Whether a transfer is slower than is worth a place. Pure; the time is passed in.
struct SpeedWatch {
  private let leastBytesPerSecond: Int64
  private let window: Duration
  private var samples: Deque<(at: ContinuousClock.Instant, bytes: Int64)>

  /// - Parameters:
  ///   - window: over which speed is measured; nothing is slow before.
  ///   - received: bytes that had come by the start.
  init(leastBytesPerSecond: Int64, window: Duration, from start: ContinuousClock.Instant, received: Int64 = 0) {
    self.leastBytesPerSecond = leastBytesPerSecond
    self.window = window
    samples = [(start, received)]
  }

  /// - Parameter received: bytes that have come since the beginning.
  /// - Returns: whether too few of them came within the window.
  mutating func isSlow(received: Int64, at now: ContinuousClock.Instant) -> Bool {
    samples.append((now, received))
    // One that is older than the window stays, to be measured against.
    while samples.count > 2, now - samples[1].at >= window { samples.removeFirst() }
    guard let first = samples.first, now - first.at >= window else { return false }
    return Self.isSlow(received - first.bytes, in: now - first.at, leastBytesPerSecond)
  }

  /// Whether that is less than so many bytes a second.
  static func isSlow(_ bytes: Int64, in time: Duration, _ leastBytesPerSecond: Int64) -> Bool {
    Double(bytes) < Double(leastBytesPerSecond) * (time / .seconds(1))
  }
}
