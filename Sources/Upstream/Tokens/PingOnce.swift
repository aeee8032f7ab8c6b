import Synchronization

/// Does something once for all who need it, and again only if it came to nothing.
final class PingOnce: Sendable {
  private typealias Run = Task<Result<Bool, UpstreamFailure>, Never>

  private enum State {
    case due
    case running(Run)
    case done
  }

  private let state = Mutex(State.due)

  /// Returns when `work` has been done, by whomever.
  ///
  /// - Parameter work: says whether it need not be done again.
  /// - Throws: what it throws; then it is still to be done.
  func run(_ work: @escaping @Sendable () async throws(UpstreamFailure) -> Bool) async throws(UpstreamFailure) {
    let run = state.withLock { state -> Run? in
      switch state {
      case .done: return nil
      case .running(let run): return run
      case .due:
        let run = start(work)
        state = .running(run)
        return run
      }
    }
    if let run { _ = try await run.value.get() }
  }

  private func start(_ work: @escaping @Sendable () async throws(UpstreamFailure) -> Bool) -> Run {
    Run {
      let result: Result<Bool, UpstreamFailure>
      do throws(UpstreamFailure) { result = .success(try await work()) } catch { result = .failure(error) }
      let isDone = (try? result.get()) == true
      self.state.withLock { $0 = isDone ? .done : .due }
      return result
    }
  }
}
