import OCI
import PullThrough
import Synchronization

/// One order to fetch images ahead: what happens to each, for those who watch.
public final class WarmJob: Sendable {
  private struct State {
    var images: [WarmProgress.Image]
    /// Downloads under way for each image.
    var downloads: [Int: [Download]] = [:]
    var isEnded = false
    var task: Task<Void, Never>?
  }

  /// By what operators know it.
  public let number: Int
  let request: WarmRequest
  private let state: Mutex<State>

  init(_ number: Int, _ request: WarmRequest) {
    self.number = number
    self.request = request
    state = Mutex(State(images: request.images.map { WarmProgress.Image(name: $0) }))
  }

  /// How far it has come.
  public var progress: WarmProgress {
    state.withLock { state in
      var images = state.images
      for (index, downloads) in state.downloads {
        let arrived = downloads.map { RemoteSize(clamping: $0.receivedBytes) }.saturatingSum()
        images[index].doneBytes.add(arrived)
        images[index].fetchedBytes.add(arrived)
      }
      return WarmProgress(job: number, images: images, isEnded: state.isEnded)
    }
  }

  /// Images that are neither fetched nor given up.
  var openCount: Int {
    state.withLock { state in
      state.images.count { image in
        switch image.state {
        case .waiting, .running, .limited: true
        case .completed, .failed: false
        }
      }
    }
  }

  /// Gives up what is not fetched yet. Transfers that run for clients too go on.
  public func cancel() { state.withLock { $0.task }?.cancel() }

  /// Returns when nothing more will happen.
  public func wait() async { await state.withLock { $0.task }?.value }

  func run(_ work: @escaping @Sendable () async -> Void) {
    let task = Task {
      await work()
      state.withLock { $0.isEnded = true }
    }
    state.withLock { $0.task = task }
  }

  func update(_ index: Int, _ change: (inout WarmProgress.Image) -> Void) {
    state.withLock { change(&$0.images[index]) }
  }

  func began(_ download: Download, for index: Int) {
    state.withLock { $0.downloads[index, default: []].append(download) }
  }

  func ended(_ download: Download, for index: Int) {
    state.withLock { $0.downloads[index]?.removeAll { $0 === download } }
  }
}
