import Synchronization

/// The orders to fetch ahead: those under way, and some of those that have ended.
final class WarmJobs: Sendable {
  private static let maxEnded = 100

  private struct State {
    var jobs: [WarmJob] = []
    var nextNumber = 1
  }

  private let state = Mutex(State())

  subscript(number: Int) -> WarmJob? { state.withLock { $0.jobs.first { $0.number == number } } }

  var all: [WarmJob] { state.withLock { $0.jobs } }

  func make(_ request: WarmRequest) -> WarmJob {
    state.withLock { state in
      let job = WarmJob(state.nextNumber, request)
      state.nextNumber += 1
      state.jobs.append(job)
      if state.jobs.count > Self.maxEnded, let oldest = state.jobs.firstIndex(where: { $0.progress.isEnded }) {
        state.jobs.remove(at: oldest)
      }
      return job
    }
  }
}
