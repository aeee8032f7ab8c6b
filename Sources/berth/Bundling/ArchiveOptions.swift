import ArgumentParser
import Bundle
import OCI

/// An archive of images, whoever wrote it.
struct ArchiveOptions: ParsableArguments {
  @Argument(
    help: "A bundle, an archive of 'docker save', or skopeo's oci-archive: or docker-archive:.",
    completion: .file()
  )
  var archive: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The name of images that bring none of their own: REGISTRY/REPOSITORY:TAG.",
      valueName: "name"
    )
  )
  var name: String?

  /// Reads and checks all of it.
  func read() throws -> Shipment {
    let name = try name.map { try ImageName(parsing: $0) }
    let opened = try ImageArchive(path: archive, limits: Limits())
    let progress = ByteProgress("checked", totalBytes: opened.totalBytes)
    let shipment = try opened.shipment(name: name) { progress.add($0) }
    progress.end()
    return shipment
  }
}
