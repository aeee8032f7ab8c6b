import ArgumentParser
import Bundle
import OCI

/// `berth bundle verify`: is the file whole and what it says?
struct BundleVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a bundle, without a server.",
    discussion: """
      Every byte is hashed, every name followed: what passes here, 'berth bundle import' takes. It says nothing about who \
      made the file.

      \(ExitStatus.help)
      """
  )

  @OptionGroup var archive: ArchiveOptions

  @Flag(name: .long, help: "Print what is in it as JSON.")
  var json = false

  func run() async throws {
    try await BundleOutcome.telling {
      let shipment = try archive.read()
      if json {
        Terminal.output.print(String(decoding: JSONText.render(ShipmentText.json(shipment)), as: UTF8.self))
      } else {
        Terminal.output.print(ShipmentText.lines(shipment))
      }
    }
  }
}
