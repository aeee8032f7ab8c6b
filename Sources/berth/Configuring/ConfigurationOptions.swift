import ArgumentParser
import BerthConfiguration
import OCI

/// Which configuration a command uses: a file, the defaults, and what flags lay over either.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: "The configuration file (YAML). Without one the built-in defaults hold.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Serve the registry here: HOST:PORT or unix:/path; may be repeated.", valueName: "address")
  )
  var listen: [String] = []

  @Option(name: .long, help: ArgumentHelp("Serve health and metrics here.", valueName: "address"))
  var admin: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Who may do what, in place of the file's rules: 'open' lets everybody pull, push, overwrite and delete.",
      valueName: "open"
    )
  )
  var access: Access?

  @Option(name: .long, help: ArgumentHelp("Keep content in this directory.", valueName: "dir"), completion: .directory)
  var store: String?

  /// What `--access` can say: rules are written in a file.
  enum Access: String, ExpressibleByArgument {
    case open
  }

  /// The configuration as messages name it.
  var shownFile: String { config ?? "defaults" }

  /// The configuration that results.
  /// - Throws: an error whose description names each problem with its line.
  func load() throws -> Configuration {
    var configuration = if let config { try ConfigurationFile.load(config) } else { Configuration.default }
    if !listen.isEmpty { configuration.listeners = try listen.map { try listener($0, option: "--listen") } }
    if let admin {
      let listener = try listener(admin, option: "--admin")
      configuration.admin = listener
      configuration.warnings.removeAll { $0.path == "admin" }
      if !listener.address.isLocal {
        configuration.warnings.append(
          .init(path: "--admin", ListenerSettings.warningOfOpenAdmin(at: listener.address))
        )
      }
    }
    if access == .open { configuration.access = .open }
    if let store { configuration.store.path = store }
    configuration.warnings += try KeptImages(configuration, file: shownFile).warnings
    return configuration
  }

  private func listener(_ text: String, option: String) throws -> ListenerSettings {
    do throws(InvalidValue) {
      return ListenerSettings(address: try ListenAddress(parsing: text))
    } catch {
      throw ValidationError("\(option): \(error)")
    }
  }
}
