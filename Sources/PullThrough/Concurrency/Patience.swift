import Synchronization

/// Waits for work, but not longer than the one who asked is willing to; the work itself goes on.
enum Patience {
  /// - Returns: the work's result, or nil when it took longer than `patience`.
  static func wait<Value: Sendable>(
    _ patience: Duration,
    for work: @escaping @Sendable () async -> Value
  ) async -> Value? {
    let timer = Mutex<Task<Void, Never>?>(nil)
    let result: Value? = await withCheckedContinuation { continuation in
      let once = Once(continuation)
      Task { once.resume(await work()) }
      timer.withLock { timer in
        timer = Task {
          try? await Task.sleep(for: patience)
          once.resume(nil)
        }
      }
    }
    timer.withLock { $0?.cancel() }
    return result
  }

  /// A continuation that takes the first of two results.
  private final class Once<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value?, Never>?>

    init(_ continuation: CheckedContinuation<Value?, Never>) {
      self.continuation = Mutex(continuation)
    }

    func resume(_ value: Value?) {
      let continuation = continuation.withLock { continuation in
        defer { continuation = nil }
        return continuation
      }
      continuation?.resume(returning: value)
    }
  }
}
