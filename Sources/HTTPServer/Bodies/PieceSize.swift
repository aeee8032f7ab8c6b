/// How much of a body is read and encrypted at once for one client: little at first, more for one that takes it quickly.
/// Pure.
///
/// What is encrypted stays in memory until its client takes it: a client that takes nothing costs the smallest piece, and
/// one that is fast is soon sent the largest.
struct PieceSize: Equatable {
  /// The first piece, and the least.
  static let smallest: Int64 = 32 << 10
  /// A piece that left within this was taken quickly.
  static let quick: Duration = .milliseconds(100)
  /// One that took longer than this was not.
  static let slow: Duration = .seconds(1)

  /// The size of the next piece, in bytes.
  private(set) var bytes: Int64
  private let least: Int64
  private let largest: Int64

  init(largest: Int64) {
    self.largest = max(1, largest)
    least = min(Self.smallest, self.largest)
    bytes = least
  }

  /// The same for all pieces.
  init(always size: Int64) {
    largest = max(1, size)
    (least, bytes) = (largest, largest)
  }

  /// A piece of that size has left.
  mutating func sent(within elapsed: Duration) {
    if elapsed <= Self.quick {
      bytes = min(largest, bytes * 2)
    } else if elapsed > Self.slow {
      bytes = max(least, bytes / 2)
    }
  }
}
