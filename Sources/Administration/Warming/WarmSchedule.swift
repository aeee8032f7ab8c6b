import Logging
import Synchronization

/// Keeps a list of images warm: each entry is fetched ahead at once and then again and again.
public final class WarmSchedule: Sendable {
  /// Some images and how often they are looked at.
  public struct Entry: Sendable, Hashable {
    /// What is fetched.
    public var request: WarmRequest
    /// The pause from one end to the next beginning.
    public var interval: Duration

    /// An entry of these parts.
    public init(_ request: WarmRequest, every interval: Duration) {
      (self.request, self.interval) = (request, interval)
    }
  }

  private let warming: WarmingService
  private let tasks = Mutex<[Entry: Task<Void, Never>]>([:])

  /// Nothing is on the list yet.
  public init(_ warming: WarmingService) { self.warming = warming }

  /// Replaces the list. Entries that stay go on undisturbed.
  public func replace(_ entries: [Entry]) {
    let ended = tasks.withLock { tasks in
      let wanted = Set(entries)
      let ended = tasks.filter { !wanted.contains($0.key) }
      for entry in ended.keys { tasks[entry] = nil }
      for entry in wanted where tasks[entry] == nil { tasks[entry] = Task { await keep(entry) } }
      return ended.values
    }
    for task in ended { task.cancel() }
  }

  private func keep(_ entry: Entry) async {
    while !Task.isCancelled {
      let job = warming.warm(entry.request)
      await withTaskCancellationHandler {
        await job.wait()
      } onCancel: {
        job.cancel()
      }
      try? await Task.sleep(for: entry.interval)
    }
  }
}
