import OCI

/// What the store holds in all; kept with every change, never counted.
public struct StoreTotals: Sendable, Equatable {
  /// Bytes of all content held.
  public var bytes: Int64 = 0
  /// Number of contents held.
  public var count: Int64 = 0

  /// Nothing held.
  public init() {}

  /// Totals of these values.
  public init(bytes: Int64, count: Int64) {
    self.bytes = bytes
    self.count = count
  }

  /// Adds a change; what cannot be (below nothing, above the largest number) is cut off.
  mutating func add(_ change: StoreTotals) {
    bytes = max(0, bytes.saturatingSum(change.bytes))
    count = max(0, count.saturatingSum(change.count))
  }
}
