import Access
import BerthConfiguration
import Logging
import PullThrough

/// Reads the configuration again while Berth runs.
struct Reloader: Sendable {
  let server: RunningServer
  let levelSwitch: LogLevelSwitch
  let load: @Sendable () throws -> Configuration
  /// The configuration as messages name it.
  let file: String
  let log: Logger

  /// Puts what the file says now in force, as far as that is possible.
  /// - Returns: the configuration in force; with a file that cannot be read or has errors, the old one.
  func reload(_ running: Configuration) async -> Configuration {
    let configuration: Configuration
    let kept: KeptImages
    let access: AccessSnapshot
    let hasNewCertificate: Bool
    do {
      configuration = try load()
      kept = try KeptImages(configuration, file: file)
      access = try AccessFiles.snapshot(configuration.access)
      hasNewCertificate = try server.renewCertificates()
    } catch {
      server.metrics.reloads[.failed].increment()
      log.error("the configuration is not reloaded: the old one stays in force", metadata: ["error": "\(error)"])
      return running
    }
    for warning in configuration.warnings { log.warning("\(warning.description(in: file))") }
    let change = ConfigurationChange(from: running, to: configuration)
    if !change.needingRestart.isEmpty {
      log.warning(
        "these changes of the configuration take effect when Berth is started again",
        metadata: ["keys": "\(change.needingRestart.joined(separator: ", "))"]
      )
    }
    levelSwitch.level = configuration.log.swiftLevel
    server.apply(configuration, kept, access)
    server.metrics.reloads[.completed].increment()
    let changed = change.inForce + (hasNewCertificate ? ["certificates"] : [])
    log.notice(
      "the configuration is reloaded",
      metadata: ["changed": "\(changed.isEmpty ? "nothing" : changed.joined(separator: ", "))"]
    )
    return change.result
  }
}
