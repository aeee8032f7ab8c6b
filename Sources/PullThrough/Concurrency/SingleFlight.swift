import Synchronization

/// Lets many callers share one piece of work: the first starts it, those who come while it runs get its result.
///
/// The work belongs to nobody: it goes on when every caller has left.
final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let running = Mutex<[Key: Task<Result<Value, PullThroughError>, Never>]>([:])

  /// The result of `work`, or of the same key's work that already runs.
  func run(
    _ key: Key,
    _ work: @escaping @Sendable () async throws(PullThroughError) -> Value
  ) async throws(PullThroughError) -> Value {
    let task = running.withLock { running in
      if let task = running[key] { return task }
      let task = Task {
        let result = await Result(work)
        self.running.withLock { $0[key] = nil }
        return result
      }
      running[key] = task
      return task
    }
    return try await task.value.get()
  }
}
