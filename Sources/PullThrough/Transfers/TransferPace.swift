import OCI
import Synchronization

/// How fast a transfer comes along while it has a place; nothing is measured while it waits for one.
final class TransferPace: Sendable {
  private let watch = Mutex<SpeedWatch?>(nil)
  private let limits: Limits

  init(_ limits: Limits) { self.limits = limits }

  /// It has a place from now on.
  func begin(received: Int64, at now: ContinuousClock.Instant) {
    watch.withLock {
      $0 = SpeedWatch(
        leastBytesPerSecond: limits.leastTransferBytesPerSecond,
        window: limits.transferSpeedWindow,
        from: now,
        received: received
      )
    }
  }

  /// It has none.
  func pause() { watch.withLock { $0 = nil } }

  /// Whether it is slow; nil while it waits.
  func isSlow(received: Int64, at now: ContinuousClock.Instant) -> Bool? {
    watch.withLock { watch in watch?.isSlow(received: received, at: now) }
  }
}
