import Dispatch
import Synchronization

/// One serial queue on which blocking work runs: reading, writing, hashing, `fdatasync`, renaming.
///
/// A *serial* `DispatchQueue` gets a thread of its own on Linux, while concurrent queues share the few threads of
/// Swift's cooperative pool: blocking there would stop every `async` function of the process.
public final class Lane: Sendable {
  private let queue: DispatchQueue
  /// When the piece of work that runs began, in nanoseconds; 0 while none does.
  private let runningSince = Atomic<UInt64>(0)

  /// A lane of its own thread, which exists while there is work.
  /// - Parameter label: the queue's name, for debuggers.
  public init(label: String) {
    queue = DispatchQueue(label: label)
  }

  /// Runs `body` on the lane's thread, after all that was handed to the lane before.
  public func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      enqueue { continuation.resume(returning: body()) }
    }
  }

  /// Runs `body` on the lane's thread, and hands on what it throws.
  public func run<Value: Sendable, Failure: Error>(
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
  public func enqueue(_ body: @escaping @Sendable () -> Void) {
    queue.async { [self] in
      runningSince.store(Self.now(), ordering: .relaxed)
      body()
      runningSince.store(0, ordering: .relaxed)
    }
  }

  /// Whether the current piece of work has been running for longer than `duration`: the disk does not answer.
  public func isStuck(for duration: Duration) -> Bool {
    let since = runningSince.load(ordering: .relaxed)
    guard since != 0 else { return false }
    let now = Self.now()
    return now > since && .nanoseconds(Int64(clamping: now - since)) > duration
  }

  /// Nanoseconds on a clock that only goes forward.
  private static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}
