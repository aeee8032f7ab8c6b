import Synchronization

/// A change that waits for the index writer, whatever it returns.
protocol IndexJob: Sendable {
  /// Makes the change; may be called again after a commit that was given up.
  func run(_ index: borrowing IndexWrite) throws(StoreError)
  /// Tells whoever waits that the change is on disk, or why it is not.
  func finish(_ failure: StoreError?)
}

/// A change with its result and the task that waits for it.
final class AwaitedJob<Result: Sendable>: IndexJob {
  typealias Body = @Sendable (borrowing IndexWrite) throws(StoreError) -> Result
  typealias Outcome = Swift.Result<Result, StoreError>

  private let body: Body
  private let continuation: CheckedContinuation<Outcome, Never>
  private let result = Mutex<Result?>(nil)

  init(_ body: @escaping Body, _ continuation: CheckedContinuation<Outcome, Never>) {
    self.body = body
    self.continuation = continuation
  }

  func run(_ index: borrowing IndexWrite) throws(StoreError) {
    let value = try body(index)
    result.withLock { $0 = value }
  }

  func finish(_ failure: StoreError?) {
    if let failure { return continuation.resume(returning: .failure(failure)) }
    guard let value = result.withLock({ $0 }) else { return continuation.resume(returning: .failure(.closed)) }
    continuation.resume(returning: .success(value))
  }
}

/// A change that nobody waits for.
struct DetachedJob: IndexJob {
  let body: AwaitedJob<Void>.Body
  let finished: @Sendable (StoreError?) -> Void

  func run(_ index: borrowing IndexWrite) throws(StoreError) { try body(index) }

  func finish(_ failure: StoreError?) { finished(failure) }
}
