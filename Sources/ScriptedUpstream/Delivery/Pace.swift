import NIOCore

/// How many bytes may have been sent by now at so many bytes a second. Pure: time is passed in.
struct Pace {
  private let bytesPerSecond: Int64
  private let start: UInt64
  /// What is sent at once, so that fast paces do not wake for every packet: what 5 ms allow.
  private let quantum: Int64

  init(bytesPerSecond: Int64, start: UInt64) {
    self.bytesPerSecond = bytesPerSecond
    self.start = start
    quantum = max(1, bytesPerSecond / 200)
  }

  /// Bytes that may be sent after `position` bytes; none until a quantum is due.
  func allowance(position: Int64, now: UInt64) -> Int {
    let due = dueBytes(now) - position
    return due < quantum ? 0 : Int(clamping: due)
  }

  /// How long until the next quantum is due.
  func wait(position: Int64, now: UInt64) -> TimeAmount {
    let (seconds, rest) = (position + quantum).quotientAndRemainder(dividingBy: bytesPerSecond)
    let nanoseconds = seconds * 1_000_000_000 + Int64(Double(rest) / Double(bytesPerSecond) * 1e9)
    return .nanoseconds(max(0, Int64(start) + nanoseconds - Int64(now)))
  }

  private func dueBytes(_ now: UInt64) -> Int64 {
    let (seconds, rest) = (now - start).quotientAndRemainder(dividingBy: 1_000_000_000)
    // A millionth of a byte makes up for the rounding of `wait`.
    let fraction = Double(rest) / 1e9 * Double(bytesPerSecond) + 1e-6
    return Int64(seconds) &* bytesPerSecond + Int64(fraction)
  }
}
