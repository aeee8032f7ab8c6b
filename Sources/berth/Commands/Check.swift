import ArgumentParser
import BerthConfiguration

/// `berth check`: is this configuration right, and what does it come to? With `--store`: is this store?
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read a configuration and say what is wrong, with the line; or inspect a store.",
    discussion: """
      Prints the configuration that would be in force. Exits with 1 when the file has errors, or names something that is \
      of no use: a certificate that has expired, a credential helper that is not installed. Certificates, keys, docker \
      configurations and password files are read.

      With --store, inspects a store that no Berth is serving, and changes nothing: each row of its index against its \
      file, each file against its row, and with --hash all bytes against their digests. Exits with 1 when something is \
      wrong; what is wrong with a file, a running Berth finds by `berth scrub`, drops, and fetches again.
      """
  )

  @Argument(
    help: "The configuration file, as --config says it too.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var file: String?

  @OptionGroup var options: ConfigurationOptions

  @Flag(name: .shortAndLong, help: "Print nothing but problems.")
  var quiet = false

  @Flag(name: .long, help: "Print every setting of every upstream, not only what differs from the defaults.")
  var all = false

  @Flag(name: .long, help: "With --store: read everything and compare it with its digest.")
  var hash = false

  func validate() throws {
    if file != nil, options.config != nil { throw ValidationError("name the configuration file once") }
  }

  func run() throws {
    var options = options
    options.config = options.config ?? file
    if let store = options.store {
      guard StoreInspection(path: store, hashing: hash, isQuiet: quiet).run() else { throw ExitCode.failure }
      return
    }
    let configuration: Configuration
    do {
      configuration = try options.load()
    } catch let error as ConfigurationError {
      StandardError.print("\(error)")
      throw ExitCode.failure
    }
    for warning in configuration.warnings {
      let severity = warning.isDefect ? "error" : "warning"
      StandardError.print("\(severity): \(warning.description(in: options.shownFile))")
    }
    if !quiet { print(configuration.describe(listsAll: all), terminator: "") }
    if configuration.warnings.contains(where: \.isDefect) { throw ExitCode.failure }
  }
}
