public import ArgumentParser
import BerthConfiguration
public import ClientSetup

/// `berth client-setup`: the files that make an engine pull through this Berth.
struct ClientSetupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client-setup",
    abstract: "Print or write the files that make an engine pull through this Berth.",
    discussion: """
      Prints each file under a line '==> PATH <=='. A file that may also have settings of your own is marked \
      '(part of)': what is printed belongs into it. With --write all of it is done, and what was there is kept: \
      settings are put into files that exist, a file that is replaced or changed is kept beside the new one as \
      FILE.bak-1, and what changes is shown. Run again, it changes nothing.
      """
  )

  @Argument(help: "The engine: docker, containerd, podman (with Buildah and Skopeo), buildkit, k3s, rke2 or crio.")
  var engine: Engine

  @Option(
    name: .long,
    help: ArgumentHelp("Where engines reach Berth. Default: its first listener.", valueName: "url")
  )
  var mirror: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Only this registry goes through Berth; may be repeated. Default: all.", valueName: "name")
  )
  var upstream: [String] = []

  @Flag(name: .long, help: "Also every regional registry of Google's Artifact Registry, *-docker.pkg.dev.")
  var regional = false

  @Option(
    name: .shortAndLong,
    help: "Berth's configuration file (YAML). Without one the built-in defaults hold.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp("PEM file of the authority that signed Berth's certificate.", valueName: "file"),
    completion: .file()
  )
  var ca: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "1 or 2: how containerd's config.toml is written. Default: as the file that is there, else as 1, which 2 reads.",
      valueName: "major"
    )
  )
  var containerdVersion: ContainerdVersion?

  @Option(
    name: .long,
    help: ArgumentHelp("Where containerd looks for hosts.toml files.", valueName: "dir"),
    completion: .directory
  )
  var certsDir = SetupRequest.containerdHostsFolder

  @Flag(name: .long, help: "Write the files.")
  var write = false

  @Option(
    name: .long,
    help: ArgumentHelp("Write them under this directory instead of /.", valueName: "dir"),
    completion: .directory
  )
  var root = "/"

  func validate() throws {
    guard certsDir.hasPrefix("/") else { throw ValidationError("--certs-dir: '\(certsDir)' is not an absolute path") }
    guard write || root == "/" else { throw ValidationError("--root is for --write") }
  }

  func run() throws {
    do {
      let request = try request()
      for warning in request.warnings { StandardError.print("warning: \(warning)") }
      let plan = try SetupPlan(for: engine, request)
      if write {
        try SetupWriter(root: root).write(plan)
      } else {
        Self.show(plan)
      }
    } catch let error as ConfigurationError {
      StandardError.print("\(error)")
      throw ExitCode.failure
    } catch let error as SetupError {
      StandardError.print("error: \(error)")
      throw ExitCode.failure
    } catch let error as SetupWriter.Failure {
      StandardError.print("error: \(error)")
      throw ExitCode.failure
    }
  }

  private func request() throws -> SetupRequest {
    let configuration =
      if let config { try ConfigurationFile.load(config, lookingIntoFiles: false) } else { Configuration.default }
    let mirror = try mirror.map { text throws(SetupError) in try Mirror(url: text) }
    var request = try SetupRequest(configuration, upstreams: upstream, mirror: mirror, includesRegional: regional)
    request.containerdVersion = containerdVersion
    request.hostsFolder = certsDir
    request.certificateAuthority = try ca.map { path in
      try SetupWriter(root: "").read(path)
        ?? { throw SetupWriter.Failure(path: path, reason: "there is no such file") }()
    }
    return request
  }

  /// The files on standard output, what to know about them on standard error.
  private static func show(_ plan: SetupPlan) {
    for file in plan.files {
      print("==> \(file.path)\(file.isShared ? " (part of)" : "") <==\n\(file.text)")
    }
    for note in plan.notes { StandardError.print("note: \(note)") }
    StandardError.print("then: \(plan.activation)")
  }
}

extension Engine: ExpressibleByArgument {}

extension ContainerdVersion: ExpressibleByArgument {}
