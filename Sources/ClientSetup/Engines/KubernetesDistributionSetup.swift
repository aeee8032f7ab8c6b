/// k3s and RKE2: `registries.yaml`, of which they make `hosts.toml` files for their own containerd.
struct KubernetesDistributionSetup {
  private let request: SetupRequest
  private let engine: Engine

  init(_ request: SetupRequest, engine: Engine) { (self.request, self.engine) = (request, engine) }

  func plan() -> SetupPlan {
    let folder = "/etc/rancher/\(engine.rawValue)"
    var files = [SetupFile(path: "\(folder)/registries.yaml", document: .yaml(YAMLMerge(text: text(folder))))]
    if let certificate = request.certificateAuthority {
      files.append(SetupFile(path: certificatePath(folder), document: .own(OwnFile(certificate: certificate))))
    }
    let name = engine.rawValue
    let services = engine == .k3s ? "\(name) (agents: \(name)-agent)" : "\(name)-server (agents: \(name)-agent)"
    return SetupPlan(files: files, activation: "on each node: systemctl restart \(services)")
  }

  private func certificatePath(_ folder: String) -> String { "\(folder)/berth-ca.pem" }

  private func text(_ folder: String) -> String {
    // With "*", the many registries that a site hardly uses need no lines of their own.
    let named = request.registries.filter { !(request.coversOthers && $0.isRegional && !$0.isNamed) }.map(\.name)
    var lines = ["mirrors:"]
    for name in named + (request.coversOthers ? ["*"] : []) {
      lines += ["  \"\(name)\":", "    endpoint:", "      - \"\(request.mirror.url)\""]
    }
    if request.certificateAuthority != nil {
      lines += [
        "configs:", "  \"\(request.mirror.authority)\":", "    tls:", "      ca_file: \"\(certificatePath(folder))\"",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
