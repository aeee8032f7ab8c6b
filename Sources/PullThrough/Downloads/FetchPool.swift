import OCI
import Synchronization

/// Limits how many transfers run at once, in all and for each upstream, and gives each a lane of its own for its
/// blocking work. Those that must wait are suspended, never parked on a thread.
final class FetchPool: Sendable {
  /// The right to transfer. Must be given back with ``FetchPool/finish(_:)``.
  struct Permit: Sendable {
    fileprivate let laneNumber: Int
    fileprivate let upstream: UpstreamName
    let lane: Lane
  }

  private struct State {
    var machine: StateMachine
    var nextTicket: StateMachine.Ticket = 0
    var continuations: [StateMachine.Ticket: CheckedContinuation<Int?, Never>] = [:]
  }

  private let lanes: [Lane]
  private let state: Mutex<State>

  init(limits: Limits) {
    let count = max(1, limits.maxConcurrentDownloads)
    lanes = (0..<count).map { Lane(label: "berth.lane.fetch.\($0)") }
    state = Mutex(State(machine: StateMachine(lanes: count, maxWaiting: limits.maxWaitingDownloads)))
  }

  /// How many transfers run, and how many wait.
  var load: (running: Int, waiting: Int) {
    state.withLock { ($0.machine.runningCount, $0.machine.waitingCount) }
  }

  /// Waits for a place.
  /// - Returns: nil when so many wait already that one more would only make it worse.
  func admit(upstream: UpstreamName, limit: Int, priority: Priority) async -> Permit? {
    let lane: Int? = await withCheckedContinuation { continuation in
      let immediate: Int?? = state.withLock { state in
        let ticket = state.nextTicket
        state.nextTicket &+= 1
        switch state.machine.submit(ticket, upstream: upstream, limit: max(1, limit), priority: priority) {
        case .start(let lane): return .some(lane)
        case .refuse: return .some(nil)
        case .wait:
          state.continuations[ticket] = continuation
          return nil
        }
      }
      if let immediate { continuation.resume(returning: immediate) }
    }
    guard let lane else { return nil }
    return Permit(laneNumber: lane, upstream: upstream, lane: lanes[lane])
  }

  /// Gives a place back.
  func finish(_ permit: Permit) {
    let next: (CheckedContinuation<Int?, Never>, Int)? = state.withLock { state in
      guard let start = state.machine.finish(lane: permit.laneNumber, upstream: permit.upstream) else { return nil }
      return state.continuations.removeValue(forKey: start.ticket).map { ($0, start.lane) }
    }
    next?.0.resume(returning: next?.1)
  }
}
