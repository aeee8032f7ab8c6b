/// containerd: a `hosts.toml` for each registry, one for all others, and the key of `config.toml` that names their folder.
struct ContainerdSetup {
  let request: SetupRequest

  private static let certificatePath = "/etc/containerd/berth-ca.pem"

  init(_ request: SetupRequest) { self.request = request }

  func plan() -> SetupPlan {
    var files: [SetupFile] = []
    if request.hostsFolder == SetupRequest.containerdHostsFolder { files.append(configuration) }
    if request.coversOthers { files.append(hosts(for: nil)) }
    // With _default, the many registries that a site hardly uses need no files of their own.
    files += request.registries.filter { !(request.coversOthers && $0.isRegional && !$0.isNamed) }.map(hosts)
    if let certificate = request.certificateAuthority {
      files.append(SetupFile(path: Self.certificatePath, document: .own(OwnFile(certificate: certificate))))
    }
    var plan = SetupPlan(files: files, activation: "systemctl restart containerd, if config.toml has changed")
    plan.notes = [
      "hosts.toml is read at every pull, without a restart; nerdctl reads it too, ctr with "
        + "--hosts-dir \(request.hostsFolder)"
    ]
    if request.isForDockerd {
      plan.notes.append(
        "the capability referrers is for Docker 29 and later; an older one refuses the file: remove the word"
      )
    }
    return plan
  }

  private func hosts(for registry: MirroredRegistry?) -> SetupFile {
    let server = registry.map { "server = \(TOMLText.string($0.server))\n" } ?? ""
    let certificate =
      request.certificateAuthority == nil ? "" : "\n  ca = \(TOMLText.string(Self.certificatePath))"
    let body = """
      \(server)
      [host.\(TOMLText.string(request.mirror.url))]
        capabilities = \(TOMLText.list(capabilities))
        dial_timeout = "1s"\(certificate)

      """
    return SetupFile(
      path: "\(request.hostsFolder)/\(registry?.name ?? "_default")/hosts.toml",
      document: .own(OwnFile(for: .containerd, mirror: request.mirror, body: body))
    )
  }

  /// What the mirror is asked for. dockerd's containerd image store wants attestations, as referrers, of the mirror too;
  /// containerd before 2.2 refuses a file that has the word.
  private var capabilities: [String] {
    ["pull", "resolve"] + (request.isForDockerd ? ["referrers"] : [])
  }

  private var configuration: SetupFile {
    SetupFile(
      path: "/etc/containerd/config.toml",
      document: .containerd(ContainerdConfiguration(version: request.containerdVersion, folder: request.hostsFolder))
    )
  }
}
