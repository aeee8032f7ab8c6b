import ArgumentParser
import BerthConfiguration
import OCI

/// The command line.
@main
struct Berth: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "berth",
    abstract: "A pull-through caching registry for container images.",
    discussion: """
      Point dockerd, containerd, Podman, BuildKit or k3s at it as a mirror: what Berth holds it serves from its store, \
      what it lacks it fetches once, streams to all who ask, verifies and keeps.
      """,
    version: BerthVersion.current,
    subcommands: [
      Serve.self, Check.self, List.self, Inspect.self, Stats.self, Top.self, Warm.self, Refresh.self, Pin.self,
      Unpin.self, Pins.self, Evict.self, Scrub.self, BundleCommand.self, ImportRegistryCommand.self,
      ClientSetupCommand.self, PasswdCommand.self, TokenCommand.self, AccessCommand.self,
      Healthcheck.self,
    ]
  )
}

extension Berth {
  /// Runs the command that the process's arguments name. Errors of usage that a command finds while it runs show that
  /// command's usage.
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let name = arguments.first, !name.hasPrefix("-"), !commandNames.contains(name) { refuse(name) }
    do {
      var command = try parseAsRoot(arguments)
      do {
        if var asynchronous = command as? any AsyncParsableCommand {
          try await asynchronous.run()
        } else {
          try command.run()
        }
      } catch let error as ValidationError {
        StandardError.print("Error: \(error.message)\nUsage: \(usageString(for: type(of: command)))")
        exit(withError: ExitCode.validationFailure)
      }
    } catch {
      exit(withError: error)
    }
  }

  private static let commandNames =
    configuration.subcommands.map { $0._commandName } + ["help"]

  /// The first word is no command: the one that was meant is.
  private static func refuse(_ name: String) -> Never {
    if name == "version" {
      print(BerthVersion.current)
      exit()
    }
    let nearest = NearestName.of(name, among: commandNames)
    let hint = nearest.map { "did you mean '\($0)'?" } ?? "'berth --help' lists the commands"
    StandardError.print("berth: there is no command '\(name)'; \(hint)")
    exit(withError: ExitCode.validationFailure)
  }
}
