import OCI
import Synchronization

/// Limits how many transfers run at once, in all and for each upstream, and shares the places out between upstreams and
/// clients. Those that must wait are suspended, never parked on a thread, and not for longer than a while.
final class FetchPool: Sendable {
  /// A transfer's place, or its place in the line.
  struct Ticket: Sendable, Hashable {
    fileprivate let number: StateMachine.Ticket
  }

  /// What became of waiting for a place.
  enum Outcome: Sendable, Equatable {
    /// There is one. It must be given back with ``FetchPool/finish(_:isEmpty:)``.
    case placed
    /// Too many wait already, or it took too long.
    case refused
    /// Nobody wants the transfer any more.
    case withdrawn
  }

  private struct State {
    var machine: StateMachine
    var nextTicket: StateMachine.Ticket = 0
    var continuations: [StateMachine.Ticket: CheckedContinuation<Outcome, Never>] = [:]
    var isWatching = false

    mutating func take(_ tickets: [StateMachine.Ticket]) -> [CheckedContinuation<Outcome, Never>] {
      tickets.compactMap { continuations.removeValue(forKey: $0) }
    }
  }

  /// How often those that wait are looked through for who has waited too long.
  private static let watchInterval = Duration.seconds(1)

  private let placeCount: Int
  private let state: Mutex<State>

  init(limits: Limits) {
    placeCount = max(1, limits.maxConcurrentDownloads)
    let machine = StateMachine(
      places: placeCount,
      maxWaiting: limits.maxWaitingDownloads,
      maxWait: limits.maxWaitForPlace
    )
    state = Mutex(State(machine: machine))
  }

  /// How many transfers run, and how many wait.
  var load: (running: Int, waiting: Int) {
    state.withLock { ($0.machine.runningCount, $0.machine.waitingCount) }
  }

  /// Whether a transfer that is prefetched from an upstream with that limit will ever be given a place.
  func mayPrefetch(limit: Int) -> Bool { min(limit, placeCount) >= Places.prefetchDivisor }

  /// Whether clients' transfers from that upstream wait for a place.
  func isShort(of upstream: UpstreamName) -> Bool { state.withLock { $0.machine.isShort(of: upstream) } }

  /// Announces a transfer, so that its priority can be raised from now on. Must be admitted afterwards.
  func announce(priority: Priority, client: ClientKey) -> Ticket {
    state.withLock { state in
      defer { state.nextTicket &+= 1 }
      state.machine.announce(state.nextTicket, priority: priority, client: client)
      return Ticket(number: state.nextTicket)
    }
  }

  /// Announces a transfer again that has given its place back.
  func announceAgain(_ ticket: Ticket, priority: Priority) {
    state.withLock { $0.machine.announce(ticket.number, priority: priority) }
  }

  /// Waits for a place.
  func admit(_ ticket: Ticket, at upstream: UpstreamName, limit: Int, stage: TransferStage) async -> Outcome {
    await wait(ticket) { machine in
      machine.submit(ticket.number, upstream: upstream, limit: max(1, limit), stage: stage)
    }
  }

  /// Waits for a place to transfer in, after upstream has been asked and has a body.
  func admitBody(_ ticket: Ticket, of client: ClientKey) async -> Outcome {
    await wait(ticket) { ($0.bodyCame(ticket.number, of: client), nil) }
  }

  /// Somebody else wants a transfer, perhaps more urgently than was announced. No matter whether it still waits.
  func raise(_ ticket: Ticket, to priority: Priority, for client: ClientKey) {
    start { $0.raise(ticket.number, to: priority, for: client) }
  }

  /// A client has closed its side of the connection, and may have left: others go first.
  func mayHaveLeft(_ client: ClientKey) { state.withLock { $0.machine.mayHaveLeft(client) } }

  /// Its connection has ended.
  func hasLeft(_ client: ClientKey) { state.withLock { $0.machine.hasLeft(client) } }

  /// Nobody wants a transfer any more.
  /// - Returns: whether it had no place yet; it gets none then.
  func withdraw(_ ticket: Ticket) -> Bool {
    let (isWithdrawn, waiting) = state.withLock { state in
      let isWithdrawn = state.machine.withdraw(ticket.number)
      return (isWithdrawn, isWithdrawn ? state.continuations.removeValue(forKey: ticket.number) : nil)
    }
    waiting?.resume(returning: .withdrawn)
    return isWithdrawn
  }

  /// A transfer has become slow, or is so no more.
  func mark(_ ticket: Ticket, isSlow: Bool) { start { $0.mark(ticket.number, isSlow: isSlow) } }

  /// Gives a place back.
  /// - Parameter isEmpty: whether upstream had nothing for it.
  func finish(_ ticket: Ticket, isEmpty: Bool) { start { $0.finish(ticket.number, isEmpty: isEmpty) } }

  /// Lets the transfers go that a change gives a place to.
  private func start(_ change: (inout StateMachine) -> [StateMachine.Ticket]) {
    let started = state.withLock { state in
      let started = change(&state.machine)
      return state.take(started)
    }
    for continuation in started { continuation.resume(returning: .placed) }
  }

  private func wait(
    _ ticket: Ticket,
    _ submit: (inout StateMachine) -> (StateMachine.Admission, StateMachine.Ticket?)
  ) async -> Outcome {
    await withCheckedContinuation { continuation in
      let (immediate, displaced): (Outcome?, CheckedContinuation<Outcome, Never>?) = state.withLock { state in
        let (admission, displaced) = submit(&state.machine)
        switch admission {
        case .start: return (.placed, nil)
        case .refuse: return (.refused, nil)
        case .wait:
          state.continuations[ticket.number] = continuation
          watch(&state)
          return (nil, displaced.flatMap { state.continuations.removeValue(forKey: $0) })
        }
      }
      displaced?.resume(returning: .refused)
      if let immediate { continuation.resume(returning: immediate) }
    }
  }

  /// Looks after those that wait for as long as there are any.
  private func watch(_ state: inout sending State) {
    guard !state.isWatching else { return }
    state.isWatching = true
    Task { [weak self] in
      while let self, await self.refuseThoseThatWaitedTooLong() {}
    }
  }

  /// - Returns: whether anybody still waits.
  private func refuseThoseThatWaitedTooLong() async -> Bool {
    try? await Task.sleep(for: Self.watchInterval)
    let (expired, isWatching) = state.withLock { state in
      let expired = state.machine.expire(at: .now)
      state.isWatching = state.machine.waitingCount > 0
      return (state.take(expired), state.isWatching)
    }
    for continuation in expired { continuation.resume(returning: .refused) }
    return isWatching
  }
}
