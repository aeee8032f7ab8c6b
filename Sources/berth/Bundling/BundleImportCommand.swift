import ArgumentParser
import Bundle
import OCI

/// `berth bundle import`: bring a bundle's images into a running Berth.
struct BundleImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Bring the images of a bundle into a running Berth.",
    discussion: """
      The archive is checked as a whole before anything is sent; one that is damaged or odd changes nothing. What is held \
      already is not sent, so that an import that was interrupted goes on where it was. When the command says that it is \
      done, all of it is on the server's disk.

      \(ExitStatus.help)
      """
  )

  @OptionGroup var archive: ArchiveOptions

  @Flag(name: .long, help: "Say what would change, and change nothing.")
  var dryRun = false

  @OptionGroup var options: AdminOptions

  func run() async throws {
    try await BundleOutcome.telling {
      let shipment = try archive.read()
      try await ShipmentImport(shipment, dryRun: dryRun, options).run()
    }
  }
}
