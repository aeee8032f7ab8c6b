import Dispatch
import Logging
import Synchronization

/// How many lines of one message are written: a burst, then some each second. Pure.
///
/// Clients and upstreams can cause lines without end: each junk digest that is asked for is a download that failed. Messages
/// are fixed texts whose variables stand beside them, so that one text is one kind of line.
struct LogLimiter: Sendable {
  enum Verdict: Equatable {
    /// To be written; so many of its kind were not since the last that was.
    case write(suppressed: Int)
    case suppress
  }

  private struct Kind {
    var allowance: Double
    var at: Duration
    var suppressed = 0
  }

  /// Lines of one kind that may come at once.
  static let burst = 50.0
  /// Lines of one kind a second after that.
  static let perSecond = 5.0
  /// Kinds that are told apart; more share one.
  static let maxKinds = 256
  private static let others = ""

  private var kinds: [String: Kind] = [:]

  /// A line of a message is about to be written.
  /// - Parameter now: time on any clock that only goes forward.
  mutating func admit(_ message: String, at now: Duration) -> Verdict {
    let key = kinds[message] != nil || kinds.count < Self.maxKinds ? message : Self.others
    var kind = kinds[key] ?? Kind(allowance: Self.burst, at: now)
    let seconds = max(0, (now - kind.at) / .seconds(1))
    kind.allowance = min(Self.burst, kind.allowance + seconds * Self.perSecond)
    kind.at = now
    defer { kinds[key] = kind }
    guard kind.allowance >= 1 else {
      kind.suppressed += 1
      return .suppress
    }
    kind.allowance -= 1
    defer { kind.suppressed = 0 }
    return .write(suppressed: kind.suppressed)
  }
}

/// The ``LogLimiter`` of the process.
final class LogLimits: Sendable {
  private let limiter = Mutex(LogLimiter())

  /// Whether an entry is to be written.
  ///
  /// Errors always are: nothing that comes from outside may cause one.
  /// - Returns: how many of its kind were not written before it; nil if it is not to be either.
  func admit(_ event: LogEvent) -> Int? {
    guard (Logger.Level.info ... .warning).contains(event.level) else { return 0 }
    let time = Duration.nanoseconds(Int64(clamping: DispatchTime.now().uptimeNanoseconds))
    switch limiter.withLock({ $0.admit("\(event.message)", at: time) }) {
    case .write(let suppressed): return suppressed
    case .suppress: return nil
    }
  }
}
