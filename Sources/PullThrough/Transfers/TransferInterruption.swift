import Synchronization

/// Lets others end the request that a transfer has running, for a reason that the transfer looks at next.
final class TransferInterruption: Sendable {
  enum Reason: Sendable {
    /// It is slow and nobody follows it, while others wait for its place.
    case yield
    /// Another transfer has brought the content.
    case isHeld
  }

  private struct State {
    var reason: Reason?
    var cancel: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// Ends what runs, and all that is begun before the reason is taken.
  func interrupt(_ reason: Reason) {
    let cancel = state.withLock { state in
      // What is held needs no place again.
      if case .isHeld = state.reason {} else { state.reason = reason }
      return state.cancel
    }
    cancel?()
  }

  /// Why it was interrupted; nil if it was not, since last asked.
  func take() -> Reason? {
    state.withLock { state in
      defer { state.reason = nil }
      return state.reason
    }
  }

  /// Does work that an interruption cancels, and the end of the caller's own task does.
  func run<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let task = Task { await Result(work) }
    let isInterrupted = state.withLock { state in
      state.cancel = { task.cancel() }
      return state.reason != nil
    }
    if isInterrupted { task.cancel() }
    let result = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    state.withLock { $0.cancel = nil }
    return try result.get()
  }
}
