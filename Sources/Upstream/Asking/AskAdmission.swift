import OCI
import Synchronization

/// Lets so many requests for documents run at one upstream at once, and the others wait for their turn, in fairness and
/// not for long; see `AskQueue`.
///
/// Otherwise they would wait for a connection of the HTTP client, and what is Berth's own limit would look like an
/// upstream that cannot be reached.
final class AskAdmission: Sendable {
  private struct State {
    var queue: AskQueue
    var proven: Set<RepositoryName> = []
    var nextTicket: AskQueue.Ticket = 0
    var waiting: [AskQueue.Ticket: Waiting] = [:]
  }

  private let state: Mutex<State>
  private let maxWait: Duration
  private let maxProven: Int

  init(limits: Limits) {
    let queue = AskQueue(
      places: limits.maxConcurrentAsks,
      kept: limits.keptAsks,
      maxWaiting: limits.maxWaitingAsks
    )
    state = Mutex(State(queue: queue))
    (maxWait, maxProven) = (limits.maxAskWait, limits.maxProvenRepositories)
  }

  /// How many run, and how many wait.
  var load: (running: Int, waiting: Int) { state.withLock { $0.queue.load } }

  /// Does something once it is its turn.
  /// - Throws: `overloaded` if too many wait, or it takes too long; `cancelled` if nobody wants it any more.
  func run<Value>(
    for repository: RepositoryName,
    _ work: () async throws(UpstreamFailure) -> Value
  ) async throws(UpstreamFailure) -> Value {
    let isProven = try await enter(repository)
    defer { leave(isProven: isProven) }
    let value = try await work()
    if !isProven { prove(repository) }
    return value
  }

  /// - Returns: whether the upstream has shown something of the repository before.
  private func enter(_ repository: RepositoryName) async throws(UpstreamFailure) -> Bool {
    let (ticket, isProven) = state.withLock { state in
      state.nextTicket += 1
      return (state.nextTicket, state.proven.contains(repository))
    }
    let failure = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        wait(ticket, isProven: isProven, continuation)
        // A cancellation that came before this has found nobody.
        if Task.isCancelled { giveUp(ticket, .cancelled) }
      }
    } onCancel: {
      giveUp(ticket, .cancelled)
    }
    if let failure { throw failure }
    return isProven
  }

  private func wait(
    _ ticket: AskQueue.Ticket,
    isProven: Bool,
    _ continuation: CheckedContinuation<UpstreamFailure?, Never>
  ) {
    let client = ClientKey.current?.address ?? .own
    let (step, givenUp) = state.withLock { state in
      let step = state.queue.ask(ticket, from: client, isProven: isProven)
      guard case .waitInstead(let other) = step else {
        if step == .wait { state.waiting[ticket] = Waiting(continuation, alarm(for: ticket)) }
        return (step, nil as Waiting?)
      }
      state.waiting[ticket] = Waiting(continuation, alarm(for: ticket))
      return (step, state.waiting.removeValue(forKey: other))
    }
    givenUp?.end(.overloaded)
    switch step {
    case .go: continuation.resume(returning: nil)
    case .refuse: continuation.resume(returning: .overloaded)
    case .wait, .waitInstead: break
    }
  }

  private func alarm(for ticket: AskQueue.Ticket) -> Task<Void, Never> {
    Task { [weak self, maxWait] in
      guard (try? await Task.sleep(for: maxWait)) != nil else { return }
      self?.giveUp(ticket, .overloaded)
    }
  }

  private func giveUp(_ ticket: AskQueue.Ticket, _ failure: UpstreamFailure) {
    let waiting = state.withLock { state in
      state.queue.leave(ticket) ? state.waiting.removeValue(forKey: ticket) : nil
    }
    waiting?.end(failure)
  }

  private func leave(isProven: Bool) {
    let next = state.withLock { state in
      state.queue.finish(isProven: isProven).flatMap { state.waiting.removeValue(forKey: $0) }
    }
    next?.end(nil)
  }

  private func prove(_ repository: RepositoryName) {
    state.withLock { state in
      if state.proven.count >= maxProven, let any = state.proven.first { state.proven.remove(any) }
      state.proven.insert(repository)
    }
  }
}

/// Somebody who waits for a turn.
private struct Waiting: Sendable {
  private let continuation: CheckedContinuation<UpstreamFailure?, Never>
  private let alarm: Task<Void, Never>

  init(_ continuation: CheckedContinuation<UpstreamFailure?, Never>, _ alarm: Task<Void, Never>) {
    (self.continuation, self.alarm) = (continuation, alarm)
  }

  /// Nil lets it go; a failure sends it away.
  func end(_ failure: UpstreamFailure?) {
    alarm.cancel()
    continuation.resume(returning: failure)
  }
}
