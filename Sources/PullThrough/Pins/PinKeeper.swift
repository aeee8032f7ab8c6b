import Synchronization

/// Renews the pins behind what happens to the images that they mean.
///
/// What has just arrived is the last to be evicted, so that renewing may lag behind by a while.
public final class PinKeeper: Sendable {
  private let pullThrough: PullThrough
  private let interval: Duration
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// Does nothing yet.
  /// - Parameter interval: how far renewing may lag behind.
  public init(_ pullThrough: PullThrough, interval: Duration = .seconds(30)) {
    (self.pullThrough, self.interval) = (pullThrough, interval)
  }

  /// Makes the configured pins these, and begins to renew all whenever manifests or tags have changed.
  public func start(configured pins: [String]) {
    let task = Task {
      await pullThrough.configurePins(pins)
      while !Task.isCancelled {
        try? await Task.sleep(for: interval)
        if pullThrough.takeImagesChanged() { await pullThrough.renewPins() }
      }
    }
    self.task.withLock { $0 = task }
  }

  /// Renews no more; returns when nothing is under way.
  public func stop() async {
    let task = task.withLock { $0 }
    task?.cancel()
    await task?.value
  }
}
