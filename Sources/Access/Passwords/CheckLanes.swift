import Dispatch
import Synchronization

/// A few threads on which credentials are checked, one after the other: what a hash costs must stop neither an event loop nor the
/// cooperative pool, and a storm of wrong passwords must leave the processors to those who pull.
final class CheckLanes: Sendable {
  /// Checks that run at once.
  static let count = 2
  /// Checks that wait; one more is turned away.
  static let maxWaiting = 64
  /// A check that has waited for that long is not made any more: its client has lost patience.
  static let maxWait = Duration.seconds(5)

  private let queues = (0..<count).map { DispatchQueue(label: "berth.access.\($0)", qos: .userInitiated) }
  private let state = Mutex(State())

  private struct State {
    /// Checks handed to each queue that have not ended.
    var loads = [Int](repeating: 0, count: CheckLanes.count)
  }

  /// Runs a check in its turn and hands its result on; `run` is given false when it waited for too long and should say no at once.
  /// - Returns: false if too many wait; then nothing happens.
  func submit(_ run: @escaping @Sendable (_ isInTime: Bool) -> Void) -> Bool {
    let lane = state.withLock { state -> Int? in
      guard state.loads.reduce(0, +) < Self.count + Self.maxWaiting else { return nil }
      let lane = state.loads.indices.min { state.loads[$0] < state.loads[$1] } ?? 0
      state.loads[lane] += 1
      return lane
    }
    guard let lane else { return false }
    let start = ContinuousClock.now
    queues[lane].async { [self] in
      run(ContinuousClock.now - start < Self.maxWait)
      state.withLock { $0.loads[lane] -= 1 }
    }
    return true
  }
}
