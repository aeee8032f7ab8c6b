import ArgumentParser
import BerthConfiguration
import Bundle

/// How the commands about bundles end.
enum BundleOutcome {
  /// Does a command's work; tells what went wrong and ends with the matching status.
  static func telling(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let error as BundleError {
      StandardError.print("berth: \(error)")
      throw status(of: error)
    } catch let error as ConfigurationError {
      StandardError.print("\(error)")
      throw ExitStatus.failed
    }
  }

  private static func status(of error: BundleError) -> ExitCode {
    switch error {
    case .serverUnreachable: ExitStatus.noServer
    case .imageMissing, .platformMissing: ExitStatus.notThere
    default: ExitStatus.failed
    }
  }
}
