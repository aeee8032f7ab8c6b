/// Podman, Buildah, Skopeo and CRI-O: a drop-in of `registries.conf`, with the upstream in the mirror's path.
struct ContainersImageSetup {
  private let request: SetupRequest
  private let engine: Engine

  init(_ request: SetupRequest, engine: Engine) { (self.request, self.engine) = (request, engine) }

  func plan() -> SetupPlan {
    var files = [
      SetupFile(
        path: "/etc/containers/registries.conf.d/50-berth.conf",
        document: .own(OwnFile(for: engine, mirror: request.mirror, body: sections))
      )
    ]
    if let certificate = request.certificateAuthority {
      files.append(
        SetupFile(
          path: "/etc/containers/certs.d/\(request.mirror.authority)/ca.crt",
          document: .own(OwnFile(certificate: certificate))
        )
      )
    }
    var plan = SetupPlan(
      files: files,
      activation: engine == .crio ? "systemctl reload crio" : "nothing: the next pull reads it"
    )
    plan.notes =
      request.notes + [
        "registries that are not listed go past the mirror: these engines have no entry that stands for all"
      ]
    return plan
  }

  private var sections: String {
    request.registries.map { registry in
      """

      [[registry]]
      prefix = \(TOMLText.string(registry.name))
      location = \(TOMLText.string(registry.name))
      [[registry.mirror]]
      location = \(TOMLText.string("\(request.mirror.authority)/\(registry.name)"))
      \(request.mirror.isSecure ? "" : "insecure = true\n")
      """
    }.joined()
  }
}
