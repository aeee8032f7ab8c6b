import Logging
import Synchronization
import Upstream

/// The requests that run beside a download's main one, for clients that want bytes far ahead of it.
///
/// One that fails is forgotten: what it did not bring is a gap again, which the main request fills in its turn.
final class AheadFetches: Sendable {
  private struct State {
    var running = 0
    var ended = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let fetch: SegmentFetch
  private let assembler: Assembler
  private let state = Mutex(State())

  init(fetch: SegmentFetch, assembler: Assembler) {
    self.fetch = fetch
    self.assembler = assembler
  }

  /// Fetches a claim on a connection of its own.
  func start(_ claim: SegmentPlan.Claim) {
    let mayRun = state.withLock { state in
      if !state.ended { state.running += 1 }
      return !state.ended
    }
    guard mayRun else { return fetch.download.plan { $0.end(claim.segment) } }
    Task {
      await run(claim)
      fetch.download.plan { $0.end(claim.segment) }
      ended()
    }
  }

  /// Waits until one of those that run has ended.
  func waitForNext() async {
    await wait { $0.running == 0 }
  }

  /// Starts no more, and waits until none runs.
  func finish() async {
    state.withLock { $0.ended = true }
    while state.withLock({ $0.running }) > 0 { await wait { $0.running == 0 } }
  }

  private func run(_ claim: SegmentPlan.Claim) async {
    do throws(SegmentBreak) {
      let transfer = try await fetch.request(claim)
      guard transfer.start == claim.range.lowerBound else {
        // The whole from the beginning is what the main request brings anyway.
        return fetch.download.plan { $0.refusesRanges() }
      }
      try await fetch.copy(transfer, for: claim, to: assembler)
    } catch {
      fetch.log.debug(
        "a request for bytes ahead of their turn failed",
        metadata: ["digest": "\(fetch.download.digest)", "error": "\(error)"]
      )
    }
  }

  private func wait(unless isDone: (borrowing State) -> Bool) async {
    await withCheckedContinuation { continuation in
      let done = state.withLock { state in
        let done = isDone(state)
        if !done { state.waiters.append(continuation) }
        return done
      }
      if done { continuation.resume() }
    }
  }

  private func ended() {
    let waiters = state.withLock { state in
      state.running -= 1
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
