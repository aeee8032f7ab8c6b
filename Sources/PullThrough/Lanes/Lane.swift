import Dispatch
import Synchronization

/// One serial queue on which blocking work runs: reading, writing, hashing, `fdatasync`, renaming.
///
/// A *serial* `DispatchQueue` gets a thread of its own on Linux, while concurrent queues share the few threads of
/// Swift's cooperative pool: blocking there would stop every `async` function of the process.
final class Lane: Sendable {
  private let queue: DispatchQueue
  /// When the piece of work that runs began, in nanoseconds; 0 while none does.
  private let runningSince = Atomic<UInt64>(0)

  init(label: String) {
    queue = DispatchQueue(label: label)
  }

  /// Runs `body` on the lane's thread, after all that was handed to the lane before.
  func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      enqueue { continuation.resume(returning: body()) }
    }
  }

  /// Runs `body` on the lane's thread, and hands on what it throws.
  func run<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await run {
      do throws(Failure) {
        return .success(try body())
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Hands `body` to the lane's thread without waiting for it.
  func enqueue(_ body: @escaping @Sendable () -> Void) {
    queue.async { [self] in
      runningSince.store(Self.now(), ordering: .relaxed)
      body()
      runningSince.store(0, ordering: .relaxed)
    }
  }

  /// Whether the piece of work that runs began before a time.
  func hasRun(since time: UInt64) -> Bool {
    let since = runningSince.load(ordering: .relaxed)
    return since != 0 && since < time
  }

  /// Nanoseconds on a clock that only goes forward.
  static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}
