import Synchronization

/// A number that only grows; adding to it is one relaxed atomic addition.
public final class Counter: Sendable {
  private let value = Atomic<UInt64>(0)

  /// Zero.
  public init() {}

  /// The sum so far.
  public var current: UInt64 { value.load(ordering: .relaxed) }

  /// Adds; a negative number adds nothing.
  public func add(_ amount: some BinaryInteger) {
    value.wrappingAdd(UInt64(clamping: amount), ordering: .relaxed)
  }

  /// Adds one.
  public func increment() { value.wrappingAdd(1, ordering: .relaxed) }
}

/// One counter for each value of a label.
public struct CounterRow<Label: MetricLabel>: Sendable {
  private let counters: [Counter]

  /// All zero.
  public init() { counters = Label.allCases.map { _ in Counter() } }

  /// The counter of one value.
  public subscript(label: Label) -> Counter { counters[label.rawValue] }

  /// All counters, in the order of the label's values.
  public var all: [(label: Label, count: UInt64)] { Label.allCases.map { ($0, self[$0].current) } }

  /// The counters that are not zero, in the order of the label's values.
  public var nonZero: [(label: Label, count: UInt64)] {
    Label.allCases.compactMap { label in
      let count = self[label].current
      return count > 0 ? (label, count) : nil
    }
  }
}
