import Synchronization

/// Holds back whoever comes, until it is opened. Tests wait for those who wait, instead of sleeping.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrived = 0
    var held: [CheckedContinuation<Void, Never>] = []
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  /// Returns when the gate is open.
  func pass() async {
    await withCheckedContinuation { continuation in
      let (isOpen, due) = state.withLock { state in
        state.arrived += 1
        let arrived = state.arrived
        let due = state.watchers.filter { $0.count <= arrived }.map(\.continuation)
        state.watchers.removeAll { $0.count <= arrived }
        if !state.isOpen { state.held.append(continuation) }
        return (state.isOpen, due)
      }
      for watcher in due { watcher.resume() }
      if isOpen { continuation.resume() }
    }
  }

  /// Lets everybody pass, from now on.
  func open() {
    let held = state.withLock { state in
      state.isOpen = true
      defer { state.held = [] }
      return state.held
    }
    for continuation in held { continuation.resume() }
  }

  /// Returns when so many have come.
  func hasSeen(_ count: Int = 1) async {
    await withCheckedContinuation { continuation in
      let isDue = state.withLock { state in
        if state.arrived >= count { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isDue { continuation.resume() }
    }
  }
}
