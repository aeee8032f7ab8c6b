/// BuildKit: `buildkitd.toml`, with the upstream in the mirror's path.
struct BuildKitSetup {
  private let request: SetupRequest

  private static let certificatePath = "/etc/buildkit/berth-ca.pem"

  init(_ request: SetupRequest) { self.request = request }

  func plan() -> SetupPlan {
    let merge = TOMLMerge(heading: "", settings: mirrors + access)
    var files = [SetupFile(path: "/etc/buildkit/buildkitd.toml", document: .toml(merge))]
    if let certificate = request.certificateAuthority {
      files.append(SetupFile(path: Self.certificatePath, document: .own(OwnFile(certificate: certificate))))
    }
    var plan = SetupPlan(files: files, activation: "systemctl restart buildkit")
    plan.notes =
      request.notes + [
        "a builder of docker buildx is made with it: docker buildx create --buildkitd-config /etc/buildkit/buildkitd.toml",
        "registries that are not listed go past the mirror: BuildKit has no entry that stands for all",
      ]
    return plan
  }

  private var mirrors: [TOMLMerge.Setting] {
    request.registries.map { registry in
      let mirror = "\(request.mirror.authority)/\(registry.name)"
      return .init(table: ["registry", registry.name], key: "mirrors", value: .listBeginning([mirror]))
    }
  }

  /// How BuildKit speaks to the mirror, where that is not by HTTPS with an authority that the system knows.
  private var access: [TOMLMerge.Setting] {
    let mirror = request.mirror
    var keys: [(String, TOMLMerge.Value)] = []
    if !mirror.isSecure {
      keys.append(("http", .literal("true")))
    } else if mirror.isOnThisMachine {
      // BuildKit takes such hosts for plain HTTP unless it is told otherwise.
      keys.append(("http", .literal("false")))
    }
    if mirror.isSecure, request.certificateAuthority != nil {
      keys.append(("ca", .listBeginning([Self.certificatePath])))
    }
    return keys.map { .init(table: ["registry", mirror.authority], key: $0.0, value: $0.1) }
  }
}
