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

  /// A transfer that has not been given a place yet.
  struct Ticket: Sendable {
    fileprivate let number: StateMachine.Ticket
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

  /// Whether a transfer that is prefetched from an upstream with that limit will ever be given a place.
  func mayPrefetch(limit: Int) -> Bool { min(limit, lanes.count) >= StateMachine.prefetchDivisor }

  /// Announces a transfer, so that its priority can be raised from now on. Must be admitted afterwards.
  func announce(priority: Priority) -> Ticket {
    state.withLock { state in
      defer { state.nextTicket &+= 1 }
      state.machine.announce(state.nextTicket, priority: priority)
      return Ticket(number: state.nextTicket)
    }
  }

  /// Waits for a place.
  /// - Returns: nil when so many wait already that one more would only make it worse.
  func admit(_ ticket: Ticket, upstream: UpstreamName, limit: Int) async -> Permit? {
    let lane: Int? = await withCheckedContinuation { continuation in
      let immediate: Int?? = state.withLock { state in
        switch state.machine.submit(ticket.number, upstream: upstream, limit: max(1, limit)) {
        case .start(let lane): return .some(lane)
        case .refuse: return .some(nil)
        case .wait:
          state.continuations[ticket.number] = continuation
          return nil
        }
      }
      if let immediate { continuation.resume(returning: immediate) }
    }
    guard let lane else { return nil }
    return Permit(laneNumber: lane, upstream: upstream, lane: lanes[lane])
  }

  /// Somebody wants a transfer more urgently than was announced. No matter whether it still waits.
  func raise(_ ticket: Ticket, to priority: Priority) { start { $0.raise(ticket.number, to: priority) } }

  /// Gives a place back.
  func finish(_ permit: Permit) { start { $0.finish(lane: permit.laneNumber, upstream: permit.upstream) } }

  /// Lets the transfer go that a change gives a place to.
  private func start(_ change: (inout StateMachine) -> StateMachine.Start?) {
    let next: (CheckedContinuation<Int?, Never>, Int)? = state.withLock { state in
      guard let start = change(&state.machine) else { return nil }
      return state.continuations.removeValue(forKey: start.ticket).map { ($0, start.lane) }
    }
    next?.0.resume(returning: next?.1)
  }
}
