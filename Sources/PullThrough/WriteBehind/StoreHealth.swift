import Logging
import OCI
import Store
import Synchronization

/// Tracks whether the store accepts writes: warns operators once when it does not, and probes it until it does.
final class StoreHealth: Sendable {
  private struct State {
    var machine = StateMachine()
    var probing: Task<Void, Never>?
  }

  /// The pause between two probes.
  private static let probeInterval = Duration.seconds(2)

  private let store: Store
  private let metrics: Metrics
  private let log: Logger
  private let state = Mutex(State())

  init(_ store: Store, metrics: Metrics, log: Logger) {
    (self.store, self.metrics, self.log) = (store, metrics, log)
  }

  /// Why writes fail; nil while they succeed.
  var trouble: StoreError? { state.withLock { $0.machine.trouble } }

  /// Content was served, or refused, without being stored.
  func recordWriteFailure(_ digest: Digest, because error: StoreError) {
    metrics.unkept[WriteFailureReason(error)].increment()
    log.debug("content is not kept", metadata: ["digest": "\(digest)", "error": "\(error)"])
    if case .doesNotFit = error {
      log.info("content does not fit into the store", metadata: ["digest": "\(digest)", "error": "\(error)"])
    }
    let action = state.withLock { state in
      let action = state.machine.refused(error)
      if action == .tellTrouble { state.probing = Task { [weak self] in await self?.probe() } }
      return action
    }
    guard action == .tellTrouble else { return }
    log.warning(
      "what is fetched cannot be kept: it is passed through until the store takes it again",
      metadata: ["error": "\(error)"]
    )
  }

  /// Content was kept.
  func kept() {
    let action = state.withLock { state in
      let action = state.machine.kept()
      if action == .tellRecovery { state.probing?.cancel() }
      return action
    }
    if action == .tellRecovery { log.notice("what is fetched is kept again") }
  }

  /// Tries no more.
  func shutdown() async {
    let probing = state.withLock { $0.probing }
    probing?.cancel()
    await probing?.value
  }

  private func probe() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.probeInterval)
      guard !Task.isCancelled, trouble != nil else { return }
      do throws(StoreError) {
        try await store.probeWriting()
        return kept()
      } catch {
        log.debug("the store still takes nothing", metadata: ["error": "\(error)"])
      }
    }
  }
}
