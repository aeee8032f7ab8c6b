import ArgumentParser
import BerthConfiguration
import OCI

/// Which running Berth is meant, and how its answer is shown.
struct AdminOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The running Berth's admin listener: HOST:PORT, http://HOST:PORT or unix:/path. "
        + "Without it: $BERTH_ADMIN, the configuration's, 127.0.0.1:5001.",
      valueName: "address"
    )
  )
  var admin: String?

  @Option(
    name: .shortAndLong,
    help: "Take the admin listener from this configuration file.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var config: String?

  @Flag(name: .long, help: "Print the server's answer as JSON.")
  var json = false

  /// The Berth that is meant.
  func client() throws -> AdminClient { AdminClient(try target()) }

  private func target() throws -> AdminTarget {
    if let admin { return try target(admin, "--admin") }
    if let config {
      let configuration = try ConfigurationFile.load(config, lookingIntoFiles: false)
      guard let listener = configuration.admin else {
        throw ValidationError("\(config) has no 'admin' key: that Berth takes no orders")
      }
      return AdminTarget(listener.address, usesTLS: listener.tls != nil, origin: config)
    }
    if let variable = Terminal.variable("BERTH_ADMIN"), !variable.isEmpty { return try target(variable, "BERTH_ADMIN") }
    return .standard
  }

  private func target(_ text: String, _ origin: String) throws -> AdminTarget {
    guard let target = AdminTarget(text, origin: origin) else {
      throw ValidationError("\(origin): expected HOST:PORT, http://HOST:PORT or unix:/path, found \(text)")
    }
    return target
  }

  /// Runs a command's work against the server; tells what went wrong and ends with the matching status.
  func run(_ work: (AdminClient) async throws -> Void) async throws {
    do {
      try await work(try client())
    } catch let failure as AdminClient.Failure {
      StandardError.print("berth: \(failure.reason)")
      throw failure.status
    } catch let error as ConfigurationError {
      StandardError.print("\(error)")
      throw ExitStatus.failed
    }
  }

  /// Shows an answer: as it is for machines, else as `lines` make it.
  func show(_ answer: JSONValue, _ lines: (Terminal) -> [String]) {
    let output = Terminal.output
    if json {
      output.print(String(decoding: JSONText.render(answer), as: UTF8.self))
    } else {
      output.print(lines(output))
    }
  }
}
