import NIOCore
import Synchronization

/// The state behind its lock, and what must happen outside of that: waking those who wait.
final class UpstreamCore: Sendable {
  private struct Guarded: Sendable {
    var state: UpstreamState
    var gates = Gates()
    var watches = Watches()
    var connections = 0
  }

  private let guarded: Mutex<Guarded>

  init(logCapacity: Int) { guarded = Mutex(Guarded(state: UpstreamState(logCapacity: logCapacity))) }

  /// Nanoseconds of the monotonic clock.
  static var now: UInt64 { NIODeadline.now().uptimeNanoseconds }

  /// Reads or changes the state. Short work only: every request takes this lock.
  func withState<R: Sendable, E: Error>(_ body: (inout sending UpstreamState) throws(E) -> sending R) throws(E) -> R {
    try guarded.withLock { (all) throws(E) in try body(&all.state) }
  }

  // MARK: Requests

  func begin(_ request: IncomingRequest) -> (handle: RequestLog.Handle, plan: DeliveryPlan) {
    let (exchange, endings) = guarded.withLock { all in
      let exchange = all.state.begin(request, now: Self.now)
      all.state.log.noteStatus(
        exchange.plan.cut.map { $0.after == nil } == true ? 0 : exchange.plan.status,
        of: exchange.handle
      )
      return (exchange, all.watches.note(all.state.log.update(exchange.handle) { _ in }))
    }
    endings.forEach { $0() }
    return exchange
  }

  func noteBytes(_ count: Int64, of handle: RequestLog.Handle) {
    guarded.withLock { $0.state.log.noteBytes(count, of: handle) }
  }

  func note(_ handle: RequestLog.Handle, _ change: (inout RequestRecord) -> Void) {
    let endings = guarded.withLock { all in all.watches.note(all.state.log.update(handle, change)) }
    endings.forEach { $0() }
  }

  func end(_ handle: RequestLog.Handle, _ outcome: RequestRecord.Outcome) {
    let endings = guarded.withLock { all in all.watches.note(all.state.log.end(handle, outcome, now: Self.now)) }
    endings.forEach { $0() }
  }

  // MARK: Connections

  /// Notes a connection and gives it its number.
  func openConnection(_ origin: Origin) -> Int {
    guarded.withLock { all in
      all.state.log.noteConnection(origin, opened: true)
      all.connections += 1
      return all.connections
    }
  }

  func closeConnection(_ origin: Origin) {
    guarded.withLock { $0.state.log.noteConnection(origin, opened: false) }
  }

  // MARK: Waits

  /// Waits at a gate; see `Gates.wait`.
  func wait(at gate: String, _ resume: @escaping Gates.Resume) -> Int? {
    guarded.withLock { $0.gates.wait(at: gate, resume) }
  }

  func cancelWait(_ ticket: Int) { guarded.withLock { $0.gates.cancel(ticket) } }

  /// Opens a gate; see `Gates.release`. Returns how many were waiting.
  func release(_ gate: String, once: Bool) -> Int {
    let resumes = guarded.withLock { $0.gates.release(gate, once: once) }
    resumes.forEach { $0() }
    return resumes.count
  }

  func resetGates() {
    let resumes = guarded.withLock { $0.gates.reset() }
    resumes.forEach { $0() }
  }

  func resetLog() {
    guarded.withLock { all in
      all.state.log.reset()
      all.watches.reset()
    }
  }

  /// Waits until `wanted` matching requests have been seen since the last reset, or the time is up; how many there
  /// were.
  func awaitRequests(_ filter: RequestFilter, wanted: Int, timeout: TimeAmount, on loop: any EventLoop) async -> Int {
    await withCheckedContinuation { continuation in
      let (id, ending) = guarded.withLock { all in
        all.watches.add(filter, wanted: wanted, records: all.state.log.records, continuation)
      }
      if let ending {
        ending()
        return
      }
      loop.scheduleTask(in: timeout) {
        let endings = self.guarded.withLock { $0.watches.end(id) }
        endings.forEach { $0() }
      }
    }
  }
}
