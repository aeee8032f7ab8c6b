public import ArgumentParser
public import BerthConfiguration
import Glibc
import HTTPServer
import Logging
import PullThrough
import Store
import UnixSignals

/// `berth serve`: run until told to stop.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the registry.",
    discussion: """
      Without a configuration it listens on 127.0.0.1:5000, keeps its store in ./berth-data and knows the public \
      registries. SIGTERM and SIGINT let answers under way finish; a second one ends at once. SIGHUP reads the \
      configuration again; a file with errors leaves the old one in force.

      --safe is for a Berth that cannot bear an image that it holds: pins and warm lists are left as they are, so that \
      nothing touches that image by itself, and `berth evict` takes out even a pinned image when it is named in full.
      """
  )

  /// A day: more is a slip of the pen, and could not be waited for.
  private static let longestGrace = 86_400

  @OptionGroup var options: ConfigurationOptions

  @Option(name: .long, help: "The least important level that is logged: trace, debug, info, notice, warning, error.")
  var logLevel: LogSettings.Level?

  @Option(name: .long, help: "How log lines are written: text or json.")
  var logFormat: LogSettings.Format?

  @Option(name: .long, help: "Seconds that answers under way may take after a signal to stop.")
  var shutdownGrace: Int = 30

  @Flag(name: .long, help: "Leave pins and warm lists alone; pinned images can be evicted by name.")
  var safe = false

  func run() async throws {
    var configuration: Configuration
    do {
      configuration = try load()
    } catch let error as ConfigurationError {
      StandardError.print("\(error)")
      throw ExitCode.failure
    }
    configuration.warnings += UnheededSettings(configuration).warnings
    let levelSwitch = LogLevelSwitch(configuration.log.swiftLevel)
    let log = Self.makeLogger(configuration.log, levelSwitch)
    for warning in configuration.warnings {
      log.warning("\(warning.description(in: options.shownFile))")
    }
    // A client that goes away in the middle of a body must be an error of one write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    CoreDumps.forbid(log)
    OpenFiles.raiseLimit(log)
    FreedMemory.keepForReuse()
    FreedMemory.giveBackWhenIdle()

    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    let server: RunningServer
    do {
      let kept = try KeptImages(configuration, file: options.shownFile)
      server = try await RunningServer.start(configuration, kept, isSafe: safe, log: log)
    } catch let error as StoreError {
      StandardError.print("berth: the store at \(configuration.store.path): \(error)")
      throw ExitCode.failure
    } catch {
      StandardError.print("berth: \(error)")
      throw ExitCode.failure
    }
    if safe { log.warning("started with --safe: pins are not renewed, and nothing is kept warm") }
    ServiceNotifier().notify(.ready)
    let reloader = Reloader(server: server, levelSwitch: levelSwitch, load: load, file: options.shownFile, log: log)
    await waitForEnd(signals, server, reloader, log, running: configuration)
  }

  /// The configuration file's content, with what flags lay over it.
  private func load() throws -> Configuration {
    var configuration = try options.load()
    if let logLevel { configuration.log.level = logLevel }
    if let logFormat { configuration.log.format = logFormat }
    return configuration
  }

  private func waitForEnd(
    _ signals: UnixSignalsSequence,
    _ server: RunningServer,
    _ reloader: Reloader,
    _ log: Logger,
    running configuration: Configuration
  ) async {
    let grace = Duration.seconds(min(max(0, shutdownGrace), Self.longestGrace))
    var configuration = configuration
    var stopping: Task<Void, Never>?
    for await signal in signals {
      if signal == .sighup {
        if stopping == nil { configuration = await reloader.reload(configuration) }
        continue
      }
      guard stopping == nil else {
        log.warning("ending at once", metadata: ["signal": "\(signal)"])
        end(1)
      }
      log.info("stopping; answers under way may finish", metadata: ["signal": "\(signal)", "grace": "\(grace)"])
      ServiceNotifier().notify(.stopping)
      stopping = Task {
        await server.stop(grace: grace)
        log.info("stopped")
        end(0)
      }
    }
  }

  /// Ends the process where it stands: `exit` would take libraries apart (libcrypto's clean-up) under threads that still
  /// use them.
  private func end(_ status: Int32) -> Never { _exit(status) }

  private static func makeLogger(_ settings: LogSettings, _ levelSwitch: LogLevelSwitch) -> Logger {
    let format: LineLogHandler.Format = settings.format == .json ? .json : .text
    let limits = LogLimits()
    return Logger(label: "berth") { label in
      LineLogHandler(
        label: label,
        format: format,
        limits: limits,
        levelSwitch: levelSwitch,
        metadataProvider: RequestID.metadataProvider
      )
    }
  }
}

extension LogSettings {
  /// The level as the logging library has it.
  var swiftLevel: Logger.Level { Logger.Level(rawValue: level.rawValue) ?? .info }
}

extension LogSettings.Level: ExpressibleByArgument {}
extension LogSettings.Format: ExpressibleByArgument {}
