import Dispatch

/// A queue of its own for work that blocks on the disk, so that neither Swift's own threads nor the index writer do.
///
/// A serial queue, for on Linux concurrent ones share the few threads on which tasks run.
struct BlockingLane: Sendable {
  private let queue: DispatchQueue

  init(_ label: String) { queue = DispatchQueue(label: label) }

  /// Runs `body` behind what was asked for before; returns its result.
  func run<Result: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let outcome: Swift.Result<Result, Failure> = await withCheckedContinuation { continuation in
      queue.async {
        let outcome: Swift.Result<Result, Failure>
        do throws(Failure) { outcome = .success(try body()) } catch { outcome = .failure(error) }
        continuation.resume(returning: outcome)
      }
    }
    return try outcome.get()
  }
}
