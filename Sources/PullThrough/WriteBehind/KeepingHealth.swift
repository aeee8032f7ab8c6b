import Logging
import OCI
import Store
import Synchronization

/// Knows whether the store takes what is fetched, tells operators once when it does not, and finds out when it does again.
final class KeepingHealth: Sendable {
  private struct State {
    var machine = StateMachine()
    var probing: Task<Void, Never>?
  }

  /// How long to wait between two attempts to keep something, while nothing can be.
  private static let probeInterval = Duration.seconds(2)

  private let store: Store
  private let metrics: Metrics
  private let log: Logger
  private let state = Mutex(State())

  init(_ store: Store, metrics: Metrics, log: Logger) {
    (self.store, self.metrics, self.log) = (store, metrics, log)
  }

  /// Why nothing new is kept; nil while all is well.
  var trouble: StoreError? { state.withLock { $0.machine.trouble } }

  /// Content was served, or could not be taken in, without being kept.
  func notKept(_ digest: Digest, because error: StoreError) {
    metrics.unkept[UnkeptReason(error)].increment()
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
        try await store.tryKeeping()
        return kept()
      } catch {
        log.debug("the store still takes nothing", metadata: ["error": "\(error)"])
      }
    }
  }
}
