import OCI

/// Speed from numbers that grow, smoothed so that it can be read. Pure; the time is passed in.
struct SpeedMeter {
  private var last: (bytes: Int64, seconds: Double)?
  private(set) var bytesPerSecond: Double = 0

  /// Notes how many bytes there are at a time.
  mutating func note(bytes: Int64, at seconds: Double) {
    guard let last else {
      self.last = (bytes, seconds)
      return
    }
    let elapsed = seconds - last.seconds
    guard elapsed > 0.05 else { return }
    let current = Double(max(0, bytes.saturatingDifference(last.bytes))) / elapsed
    // Half of what is shown is the last two seconds.
    let weight = min(1, elapsed / 2)
    bytesPerSecond = bytesPerSecond == 0 ? current : bytesPerSecond * (1 - weight) + current * weight
    self.last = (bytes, seconds)
  }
}
