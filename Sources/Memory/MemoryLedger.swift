/// How much of a budget is taken. Pure.
public struct MemoryLedger: Sendable, Equatable {
  /// The most that may be taken, in bytes.
  public let limitBytes: Int
  /// What is taken now, in bytes; never more than the limit.
  public private(set) var usedBytes = 0
  /// The most that was taken at one time, in bytes.
  public private(set) var peakBytes = 0
  /// How often there was not enough.
  public private(set) var refusals: UInt64 = 0

  /// Nothing is taken yet.
  public init(limitBytes: Int) { self.limitBytes = max(0, limitBytes) }

  /// Takes bytes.
  /// - Returns: false, with nothing taken, when there are not as many left.
  public mutating func take(_ bytes: Int) -> Bool {
    let bytes = max(0, bytes)
    guard bytes <= limitBytes - usedBytes else {
      refusals &+= 1
      return false
    }
    usedBytes += bytes
    peakBytes = max(peakBytes, usedBytes)
    return true
  }

  /// Gives back what was taken.
  public mutating func giveBack(_ bytes: Int) { usedBytes = max(0, usedBytes - max(0, bytes)) }
}
