import Glibc
import Synchronization
import UnixSignals

/// Whether the operator wants to stop (Ctrl-C, SIGTERM). A second signal ends the process at once.
final class Interruption: Sendable {
  private struct State {
    var hasCome = false
    var sleepers: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var nextSleeper: UInt64 = 0
  }

  private let state = Mutex(State())

  /// From here on a first signal ends the process no more.
  init() async {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    Task { [self] in
      for await _ in signals {
        let isSecond = state.withLock { $0.hasCome }
        if isSecond { exit(130) }
        come()
      }
    }
  }

  var hasCome: Bool { state.withLock { $0.hasCome } }

  /// The operator wants to stop, by whatever means.
  func come() {
    let sleepers = state.withLock { state in
      state.hasCome = true
      defer { state.sleepers = [:] }
      return state.sleepers.values
    }
    for sleeper in sleepers { sleeper.resume() }
  }

  /// Waits, but not beyond an interruption.
  func sleep(for duration: Duration) async {
    await withCheckedContinuation { continuation in
      let number: UInt64? = state.withLock { state in
        guard !state.hasCome else { return nil }
        state.nextSleeper += 1
        state.sleepers[state.nextSleeper] = continuation
        return state.nextSleeper
      }
      guard let number else { return continuation.resume() }
      Task {
        try? await Task.sleep(for: duration)
        state.withLock { $0.sleepers.removeValue(forKey: number) }?.resume()
      }
    }
  }
}
