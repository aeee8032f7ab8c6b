import PullThrough
import Synchronization

/// Renews the pins behind what happens to the images that they mean.
///
/// What has just arrived is the last to be evicted, so that renewing may lag behind by a while.
public final class PinKeeper: Sendable {
  private let pins: PinService
  private let interval: Duration
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// Does nothing yet.
  /// - Parameter interval: how far renewing may lag behind.
  public init(_ pins: PinService, interval: Duration = .seconds(30)) {
    (self.pins, self.interval) = (pins, interval)
  }

  /// Makes these the configured pins, and renews all pins from then on whenever manifests or tags have changed.
  public func keep(_ patterns: [ImagePattern]) {
    task.withLock { task in
      let earlier = task
      earlier?.cancel()
      task = Task {
        // One after the other, so that of two configurations the later one counts.
        await earlier?.value
        await pins.configure(patterns)
        while (try? await Task.sleep(for: interval)) != nil {
          if pins.pullThrough.takeImagesChanged() { await pins.renew() }
        }
      }
    }
  }

  /// Renews no more; returns when nothing is under way.
  public func stop() async {
    let task = task.withLock { $0 }
    task?.cancel()
    await task?.value
  }
}
