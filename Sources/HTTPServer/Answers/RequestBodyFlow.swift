/// Back-pressure on a client that sends a body which is handed on as it arrives: no more is read from its connection while whoever
/// takes the body has as much as it wants. Decides alone.
struct RequestBodyFlow: Equatable {
  /// Nothing is read now.
  private(set) var isPaused = false
  /// A read was asked for meanwhile.
  private var hasHeldRead = false

  /// A piece was handed on.
  /// - Parameter wantsMore: whether the next one may follow at once.
  /// - Returns: whether reading pauses from now on.
  mutating func handedOn(wantsMore: Bool) -> Bool {
    guard !wantsMore, !isPaused else { return false }
    isPaused = true
    return true
  }

  /// The connection would read.
  /// - Returns: whether it may.
  mutating func mayRead() -> Bool {
    if isPaused { hasHeldRead = true }
    return !isPaused
  }

  /// More of the body is wanted, or the rest is to be read past.
  /// - Returns: nil if reading goes on anyway; else whether a read is to be made up for.
  mutating func wanted() -> Bool? {
    guard isPaused else { return nil }
    defer { (isPaused, hasHeldRead) = (false, false) }
    return hasHeldRead
  }
}
