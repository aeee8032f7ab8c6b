import ArgumentParser
import NIOHTTP1

/// What the commands for operators end with; each command's help lists those that it has.
enum ExitStatus {
  /// The server could not do it.
  static let failed = ExitCode(1)
  /// What was named is not there, or nothing matches.
  static let notThere = ExitCode(2)
  /// A part was done.
  static let partial = ExitCode(3)
  /// No Berth answers there (EX_UNAVAILABLE of sysexits.h).
  static let noServer = ExitCode(69)
  /// Interrupted by Ctrl-C: 128 and the signal's number, as shells have it.
  static let interrupted = ExitCode(130)

  /// What an answer that refuses an order ends a command with.
  static func of(_ status: HTTPResponseStatus) -> ExitCode {
    switch status {
    case .notFound: notThere
    case .badRequest: .validationFailure
    default: failed
    }
  }

  /// For the help of each command.
  static let help = """
    Exit status: 0 done, 1 the server could not do it, 2 nothing of that name is there, 3 done in part, 64 wrong usage, \
    69 no server answers, 130 interrupted.
    """
}
