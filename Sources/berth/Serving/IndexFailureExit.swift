import Dispatch
import Glibc
import Logging
import Store

/// Ends a process whose index failed, so that its supervisor starts it again: the next start reads the disk anew, and
/// rebuilds an index that is damaged.
enum IndexFailureExit {
  /// What is being sent has so long to end.
  private static let grace = DispatchTimeInterval.seconds(5)

  /// Says why, serves what is held for a few seconds more, and ends the process with status 75 (`EX_TEMPFAIL`).
  static func schedule(after failure: StoreError, log: Logger) {
    log.critical(
      "the index failed: nothing new is kept, and Berth ends in 5 seconds to be started again",
      metadata: ["error": "\(failure)"]
    )
    DispatchQueue.global().asyncAfter(deadline: .now() + grace) { _exit(75) }
  }
}
