import NIOCore

/// Since when a client has acknowledged nothing of what it is being sent.
///
/// What counts is bytes that its side has acknowledged, however few: pieces that are handed to the kernel may be large
/// for a slow line.
struct SendProgress: Equatable {
  /// What the kernel says of one connection.
  struct Reading: Equatable {
    /// Grows, or at least changes, with what is acknowledged.
    var mark: UInt64
    /// Whether bytes wait to be acknowledged: else it is we who are slow.
    var isOutstanding: Bool
  }

  private(set) var since: NIODeadline
  private var mark: UInt64?

  init(since: NIODeadline) { self.since = since }

  mutating func note(_ reading: Reading, at now: NIODeadline) {
    if !reading.isOutstanding || reading.mark != mark { since = now }
    mark = reading.mark
  }
}
