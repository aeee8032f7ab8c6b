import ArgumentParser

/// `berth bundle …`: images in a file, for sites that no registry reaches. docs/airgap.md walks through it.
struct BundleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle",
    abstract: "Carry images to a site that no registry reaches, in one file.",
    discussion: """
      A bundle is a tar with an OCI image layout, which skopeo and podman read too (oci-archive:). It is the same, byte \
      for byte, for the same images.
      """,
    subcommands: [BundleExportCommand.self, BundleVerifyCommand.self, BundleImportCommand.self]
  )
}
