import ArgumentParser
import BerthConfiguration

/// `berth check`: is this configuration right, and what does it come to?
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read a configuration and say what is wrong, with the line.",
    discussion: "Prints the configuration that would be in force. Exits with 1 when the file has errors."
  )

  @OptionGroup var options: ConfigurationOptions

  @Flag(name: .shortAndLong, help: "Print nothing but problems.")
  var quiet = false

  func run() throws {
    let configuration: Configuration
    do {
      configuration = try options.load()
    } catch let error as ConfigurationError {
      StandardError.print("\(error)")
      throw ExitCode.failure
    }
    for warning in configuration.warnings {
      StandardError.print("warning: \(warning.description(in: options.config ?? "defaults"))")
    }
    if !quiet { print(configuration.describe()) }
  }
}
