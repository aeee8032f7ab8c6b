import ArgumentParser
import Bundle
import OCI

/// `berth import-registry`: bring what a docker-registry has stored into a running Berth.
struct ImportRegistryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import-registry",
    abstract: "Bring the images of a docker-registry's storage directory into a running Berth.",
    discussion: """
      The directory is the registry's 'rootdirectory', which holds docker/registry/v2; it is only read. A registry that \
      was itself a cache holds some images in part: those are left out, with a word about each.

      \(ExitStatus.help)
      """
  )

  @Argument(help: "The storage directory.", completion: .directory)
  var directory: String

  @Option(
    name: .long,
    help: ArgumentHelp("The registry whose images they are, as Berth's configuration calls it.", valueName: "name")
  )
  var upstream: String

  @Flag(name: .long, help: "Say what would change, and change nothing.")
  var dryRun = false

  @OptionGroup var options: AdminOptions

  func run() async throws {
    guard let name = try? UpstreamName(parsing: upstream) else {
      throw ValidationError("--upstream: expected a registry's name such as docker.io, found \(upstream)")
    }
    try await BundleOutcome.telling {
      let shipment = try RegistryDirectory(path: directory, limits: Limits()).shipment(of: name)
      try await ShipmentImport(shipment, dryRun: dryRun, options).run()
    }
  }
}
