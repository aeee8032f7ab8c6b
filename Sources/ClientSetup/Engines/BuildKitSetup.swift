/// BuildKit: `buildkitd.toml`, with the upstream in the mirror's path.
struct BuildKitSetup {
  private let request: SetupRequest

  private static let certificatePath = "/etc/buildkit/berth-ca.pem"

  init(_ request: SetupRequest) { self.request = request }

  func plan() -> SetupPlan {
    let merge = TOMLMerge(heading: "", settings: mirrors + [access].compactMap(\.self))
    var files = [SetupFile(path: "/etc/buildkit/buildkitd.toml", document: .toml(merge))]
    if let certificate = request.certificateAuthority {
      files.append(SetupFile(path: Self.certificatePath, document: .own(OwnFile(certificate: certificate))))
    }
    var plan = SetupPlan(files: files, activation: "systemctl restart buildkit")
    plan.notes = [
      "a builder of docker buildx is made with it: docker buildx create --buildkitd-config /etc/buildkit/buildkitd.toml",
      "registries that are not listed go past the mirror: BuildKit has no entry that stands for all",
    ]
    return plan
  }

  private var mirrors: [TOMLMerge.Setting] {
    request.registries.map { registry in
      let mirror = "\(request.mirror.authority)/\(registry.name)"
      return .init(table: ["registry", registry.name], key: "mirrors", value: TOMLText.list([mirror]))
    }
  }

  /// How BuildKit speaks to the mirror, where that is not by HTTPS with an authority that the system knows.
  private var access: TOMLMerge.Setting? {
    let table = ["registry", request.mirror.authority]
    if !request.mirror.isSecure { return .init(table: table, key: "http", value: "true") }
    guard request.certificateAuthority != nil else { return nil }
    return .init(table: table, key: "ca", value: TOMLText.list([Self.certificatePath]))
  }
}
