import Administration
import ArgumentParser
import BerthConfiguration
import Bundle
import OCI
import PullThrough

/// `berth bundle export`: write images to a file.
struct BundleExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write images to a bundle.",
    discussion: """
      The images are pulled through a running Berth, with its credentials; what it holds is not fetched again. The file \
      appears under its name when it is whole and on disk. With --since, what an earlier bundle holds is left out: a \
      site that has imported that one needs only the difference.

      \(ExitStatus.help)
      """
  )

  @OptionGroup var list: ImageListOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "bundle.tar"), completion: .file())
  var output: String

  @Option(
    name: .long,
    help: "linux/amd64, linux/arm64, …, or all; may be repeated. Without it, what this machine runs."
  )
  var platform: [String] = []

  @Flag(name: .long, help: "Take signatures, attestations and other referrers along.")
  var withReferrers = false

  @Option(
    name: .long,
    help: ArgumentHelp("Leave out what this bundle holds; may be repeated.", valueName: "older.tar"),
    completion: .file()
  )
  var since: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the running Berth serves the registry: HOST:PORT or a URL. Without it: the configuration's first listener, "
        + "127.0.0.1:5000.",
      valueName: "address"
    )
  )
  var from: String?

  @Option(
    name: .shortAndLong,
    help: "Take the listener from this configuration file.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var config: String?

  @Flag(name: .long, help: "Print what was written as JSON.")
  var json = false

  func run() async throws {
    try await BundleOutcome.telling {
      let limits = Limits()
      var options = ExportOptions(names: try list.names().map { try Bundle.ImageName(parsing: $0) })
      options.platforms = try platforms()
      options.withReferrers = withReferrers
      options.bases = try since.map { try ImageArchive(path: $0, limits: limits).base() }
      let export = BundleExport(from: RegistryImageSource(try registry(), limits: limits), limits: limits)
      let plan = try await export.plan(options)
      for note in plan.notes { StandardError.print("note: \(note)") }
      let progress = ByteProgress("written", totalBytes: plan.totalBytes)
      try await export.write(plan, to: output) { progress.add($0) }
      progress.end()
      show(plan)
    }
  }

  private func platforms() throws -> [Platform] {
    do throws(OperationError) {
      guard case .only(let platforms) = try PlatformChoice(parsing: platform) else { return [] }
      return platforms
    } catch {
      throw ValidationError("--platform: \(error)")
    }
  }

  private func registry() throws -> AdminTarget {
    if let from {
      guard let target = AdminTarget(from, origin: "--from") else {
        throw ValidationError("--from: expected HOST:PORT or a URL, found \(from)")
      }
      return target
    }
    let configuration = try config.map { try ConfigurationFile.load($0, lookingIntoFiles: false) } ?? .default
    guard let listener = configuration.listeners.first else {
      throw ValidationError("the configuration has no listener: say --from")
    }
    return AdminTarget(listener.address, usesTLS: listener.tls != nil, origin: config ?? "the default")
  }

  private func show(_ plan: ExportPlan) {
    if json {
      let document: JSONValue = [
        "images": .number("\(plan.imageCount)"), "contents": .number("\(plan.contentCount)"),
        "bytes": .number("\(plan.totalBytes)"), "leftOut": .number("\(plan.leftOutCount)"),
        "leftOutBytes": .number("\(plan.leftOutBytes)"),
      ]
      return Terminal.output.print(String(decoding: JSONText.render(document), as: UTF8.self))
    }
    let leftOut =
      plan.leftOutCount == 0
      ? ""
      : "; \(HumanText.count(Int64(plan.leftOutCount), "content")) (\(HumanText.bytes(plan.leftOutBytes))) left out, "
        + "which \(since.joined(separator: ", ")) holds"
    Terminal.output.print(
      "\(output): \(HumanText.count(Int64(plan.imageCount), "image")), "
        + "\(HumanText.count(Int64(plan.contentCount), "content")), \(HumanText.bytes(plan.totalBytes))\(leftOut)"
    )
  }
}
