import Dispatch
import Logging
import Synchronization

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
