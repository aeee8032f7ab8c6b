import Dispatch
import Synchronization

/// A pointer to a C object of LMDB's.
///
/// `@unchecked Sendable`: the environment is opened with `MDB_NOTLS`, which lets a read transaction move between
/// threads, and the gate hands each transaction to one caller at a time; `MDB_env` is itself safe from any thread.
struct Handle: @unchecked Sendable {
  let pointer: OpaquePointer
}

/// Admits transactions, keeps finished read transactions for reuse, and lets the map be changed while none runs.
///
/// lmdb.h, `mdb_env_set_mapsize`: "may be called at later times if no transactions are active in this process. Note
/// that the library does not check for this condition, the caller must ensure it explicitly."
final class TransactionGate: Sendable {
  /// Who may pass, decided without waiting.
  enum Admission {
    /// Come in, with a finished transaction to renew if there is one.
    case admitted(idle: Handle?)
    /// Wait for the signal, then ask again.
    case wait(DispatchSemaphore)
    /// The environment is closed.
    case closed
  }

  private struct State {
    var idle: [Handle] = []
    var running = 0
    var isExclusive = false
    var isClosed = false
    var waiting: [DispatchSemaphore] = []
    var allLeft: DispatchSemaphore?
  }

  private let state = Mutex(State())
  private let maxRunning: Int

  init(maxRunning: Int) { self.maxRunning = maxRunning }

  /// Enters, waiting while the map is being changed or every place is taken.
  func enter(_ operation: LMDBError.Operation, reusingIdle: Bool) throws(LMDBError) -> Handle? {
    while true {
      switch admit(reusingIdle: reusingIdle) {
      case .admitted(let idle): return idle
      case .wait(let signal): signal.wait()
      case .closed: throw LMDBError(operation, code: LMDBError.closedCode)
      }
    }
  }

  private func admit(reusingIdle: Bool) -> Admission {
    state.withLock { state in
      if state.isClosed { return .closed }
      if state.isExclusive || state.running >= maxRunning {
        let signal = DispatchSemaphore(value: 0)
        state.waiting.append(signal)
        return .wait(signal)
      }
      state.running += 1
      return .admitted(idle: reusingIdle ? state.idle.popLast() : nil)
    }
  }

  /// Leaves; `idle` is a read transaction that was reset and may be renewed by the next reader.
  func leave(idle: Handle? = nil) {
    let signal: DispatchSemaphore? = state.withLock { state in
      if let idle { state.idle.append(idle) }
      state.running -= 1
      if state.isExclusive { return state.running == 0 ? state.allLeft : nil }
      return state.waiting.popLast()
    }
    signal?.signal()
  }

  /// Runs `body` while no transaction does; those that want to begin wait.
  func runAlone<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
    seize()
    defer { release(closing: false) }
    try body()
  }

  /// Waits for running transactions, refuses new ones for ever, and returns the idle ones to be ended.
  /// Nil when it was closed before.
  func close() -> [Handle]? {
    let wasClosed = state.withLock { $0.isClosed }
    guard !wasClosed else { return nil }
    seize()
    defer { release(closing: true) }
    return state.withLock { state in
      guard !state.isClosed else { return nil }
      defer { state.idle = [] }
      return state.idle
    }
  }

  private func seize() {
    while true {
      let allLeft = DispatchSemaphore(value: 0)
      let (mustWait, isMine): (DispatchSemaphore?, Bool) = state.withLock { state in
        if state.isExclusive {
          state.waiting.append(allLeft)
          return (allLeft, false)
        }
        state.isExclusive = true
        state.allLeft = allLeft
        return (state.running == 0 ? nil : allLeft, true)
      }
      mustWait?.wait()
      if isMine { return }
    }
  }

  private func release(closing: Bool) {
    let waiting = state.withLock { state in
      state.isExclusive = false
      state.allLeft = nil
      if closing { state.isClosed = true }
      defer { state.waiting = [] }
      return state.waiting
    }
    for signal in waiting { signal.signal() }
  }
}
