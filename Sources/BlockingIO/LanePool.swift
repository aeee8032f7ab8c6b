import Synchronization

/// A few lanes for short blocking work (opening, reading or writing a small file), taken in turn.
public final class LanePool: Sendable {
  /// A piece of work that takes longer is one that the disk does not answer.
  private static let stuckAfter: Duration = .seconds(5)

  private let lanes: [Lane]
  private let turn = Atomic<Int>(0)

  /// - Parameter count: how many jobs may block at once; at least 1.
  public init(count: Int = 8) {
    lanes = (0..<max(1, count)).map { Lane(label: "berth.lane.shared.\($0)") }
  }

  /// Runs blocking work on the next lane.
  public func run<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await next().run(body)
  }

  /// Hands blocking work to the next lane, without waiting.
  public func enqueue(_ body: @escaping @Sendable () -> Void) {
    next().enqueue(body)
  }

  /// Lanes whose piece of work has been running for more than five seconds: the disk does not answer.
  public var stuckCount: Int { lanes.count { $0.isStuck(for: Self.stuckAfter) } }

  private func next() -> Lane {
    let ticket = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    return lanes[Int(UInt(bitPattern: ticket) % UInt(lanes.count))]
  }
}
