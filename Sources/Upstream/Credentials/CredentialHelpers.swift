import Dispatch
import OCI
import Synchronization

/// The credential helpers of one upstream: each is run once for all who want its answer, which is then used for a while.
final class CredentialHelpers: Sendable {
  private typealias Run = Task<Result<Credential?, UpstreamFailure>, Never>

  private struct State {
    var memory = HelperMemory()
    var running: [HelperRequest: Run] = [:]
  }

  /// What whoever asks is to do.
  private enum Step {
    case use(Credential?)
    case wait(Run)
  }

  private let state = Mutex(State())
  private let process: HelperProcess
  private let limits: Limits

  init(environment: ProcessEnvironment, limits: Limits) {
    self.limits = limits
    process = HelperProcess(
      environment: environment,
      timeout: limits.credentialHelperTimeout,
      maxOutputBytes: limits.maxCredentialHelperBytes
    )
  }

  /// What the helper has, in hand or asked for now; nil if it has nothing for this registry.
  ///
  /// - Parameter lifetime: how long its answer is used before it is asked again.
  /// - Throws: `credentialUnavailable`. A failure is not remembered: the next one asks again.
  func credential(_ request: HelperRequest, lifetime: Duration) async throws(UpstreamFailure) -> Credential? {
    let step = state.withLock { state -> Step in
      if let answer = state.memory.answer(to: request, now: .now) { return .use(answer) }
      let run = state.running[request] ?? start(request, lifetime: lifetime)
      state.running[request] = run
      return .wait(run)
    }
    switch step {
    case .use(let credential): return credential
    case .wait(let run): return try await run.value.get()
    }
  }

  /// A registry or its token service did not take this credential: the helper is asked for another.
  func reject(_ id: CredentialID) { state.withLock { $0.memory.rejected(id, now: .now) } }

  /// A run is nobody's own: it goes on when whoever began it leaves, because others may wait for it.
  private func start(_ request: HelperRequest, lifetime: Duration) -> Run {
    Run {
      let result = await self.ask(request)
      self.state.withLock { state in
        state.running[request] = nil
        if case .success(let credential) = result {
          state.memory.arrived(credential, for: request, lifetime: lifetime, now: .now)
        }
      }
      return result
    }
  }

  private func ask(_ request: HelperRequest) async -> Result<Credential?, UpstreamFailure> {
    // Serial: such a queue has a thread of its own, so that a slow program keeps nobody else's.
    let queue = DispatchQueue(label: "berth.upstream.helper")
    return await withCheckedContinuation { continuation in
      queue.async { [process, limits] in
        continuation.resume(
          returning: Result { () throws(UpstreamFailure) in try process.run(request).credential(request, limits: limits)
          }
        )
      }
    }
  }
}
