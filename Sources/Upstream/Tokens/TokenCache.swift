import OCI
import Synchronization

/// Tokens shared by all requests to an upstream: each is fetched once, however many wait for it.
final class TokenCache: Sendable {
  typealias Fetch = @Sendable () async throws(UpstreamFailure) -> TokenGrant

  private struct State {
    var machine: StateMachine
    var waiting: [StateMachine.WaiterID: CheckedContinuation<Result<Secret, UpstreamFailure>, Never>] = [:]
    var lastWaiter: StateMachine.WaiterID = 0
  }

  private let state: Mutex<State>

  /// - Parameter capacity: most tokens kept.
  init(capacity: Int) { state = Mutex(State(machine: StateMachine(capacity: capacity))) }

  /// The token for `key`, held or fetched.
  ///
  /// A fetch is nobody's own: it goes on when whoever began it leaves, because others may wait for it.
  func token(for key: TokenKey, fetch: @escaping Fetch) async throws(UpstreamFailure) -> Secret {
    let waiter = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        begin(key, waiter, continuation, fetch)
        // A cancellation that came before the waiter was known has found nobody.
        if Task.isCancelled { leave(key, waiter) }
      }
    } onCancel: {
      leave(key, waiter)
    }
    return try result.get()
  }

  /// The registry did not take `token`; it is not shown again.
  func reject(_ key: TokenKey, _ token: Secret) { state.withLock { $0.machine.rejected(key, token) } }

  private func begin(
    _ key: TokenKey,
    _ waiter: StateMachine.WaiterID,
    _ continuation: CheckedContinuation<Result<Secret, UpstreamFailure>, Never>,
    _ fetch: @escaping Fetch
  ) {
    let step = state.withLock { state in
      let step = state.machine.ask(key, waiter, now: .now)
      switch step {
      case .fetchAndWait, .wait: state.waiting[waiter] = continuation
      case .use, .useAndFetch: break
      }
      return step
    }
    switch step {
    case .use(let token): continuation.resume(returning: .success(token))
    case .useAndFetch(let token):
      continuation.resume(returning: .success(token))
      start(key, fetch)
    case .fetchAndWait: start(key, fetch)
    case .wait: break
    }
  }

  private func start(_ key: TokenKey, _ fetch: @escaping Fetch) {
    Task {
      do throws(UpstreamFailure) {
        let grant = try await fetch()
        finish(.success(grant.token)) { $0.arrived(key, grant, now: .now) }
      } catch {
        finish(.failure(error)) { $0.failed(key, now: .now) }
      }
    }
  }

  private func finish(
    _ result: Result<Secret, UpstreamFailure>,
    _ event: (inout StateMachine) -> [StateMachine.WaiterID]
  ) {
    let continuations = state.withLock { state in
      event(&state.machine).compactMap { state.waiting.removeValue(forKey: $0) }
    }
    for continuation in continuations { continuation.resume(returning: result) }
  }

  private func leave(_ key: TokenKey, _ waiter: StateMachine.WaiterID) {
    let continuation = state.withLock { state in
      state.machine.left(key, waiter) ? state.waiting.removeValue(forKey: waiter) : nil
    }
    continuation?.resume(returning: .failure(.cancelled))
  }
}
