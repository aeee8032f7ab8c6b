import Glibc
import OCI
import Synchronization

/// Tells how far long work on bytes has come: a bar on a terminal, elsewhere a line at each quarter.
final class ByteProgress: Sendable {
  private struct State {
    var doneBytes: Int64 = 0
    var meter = SpeedMeter()
    var quartersTold: Int64 = 0
    var drawnAt = -Double.infinity
  }

  /// Work on less is over before anybody reads about it.
  private static let leastBytesTold: Int64 = 64 << 20
  private static let secondsBetweenDrawings = 0.1

  private let verb: String
  private let totalBytes: Int64
  private let errors = Terminal.errors
  private let state = Mutex(State())

  /// - Parameter verb: what happens to the bytes: `written`.
  init(_ verb: String, totalBytes: RemoteSize) {
    (self.verb, self.totalBytes) = (verb, totalBytes.bytes)
  }

  /// So many more bytes are done. May be called from any thread.
  func add(_ bytes: Int64) {
    let text = state.withLock { state -> String? in
      state.doneBytes = state.doneBytes.saturatingSum(bytes)
      return errors.currentSize.map { bar(&state, width: $0.columns) } ?? line(&state)
    }
    if let text { errors.write(text) }
  }

  /// Takes the bar away.
  func end() {
    if errors.size != nil { errors.write("\r\u{1B}[K") }
  }

  private func bar(_ state: inout State, width: Int) -> String? {
    var clock = timespec()
    clock_gettime(CLOCK_MONOTONIC, &clock)
    let now = Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9
    guard now - state.drawnAt >= Self.secondsBetweenDrawings else { return nil }
    state.drawnAt = now
    state.meter.note(bytes: state.doneBytes, at: now)
    let bar = ProgressLine(
      doneBytes: state.doneBytes,
      totalBytes: totalBytes,
      bytesPerSecond: state.meter.bytesPerSecond,
      counts: verb,
      subject: ""
    )
    return "\r\u{1B}[K\(bar.text(width: width))"
  }

  private func line(_ state: inout State) -> String? {
    guard totalBytes >= Self.leastBytesTold else { return nil }
    let quarters = min(4, state.doneBytes / (totalBytes / 4))
    guard quarters > state.quartersTold else { return nil }
    state.quartersTold = quarters
    return "\(verb) \(HumanText.bytes(state.doneBytes)) of \(HumanText.bytes(totalBytes))\n"
  }
}
