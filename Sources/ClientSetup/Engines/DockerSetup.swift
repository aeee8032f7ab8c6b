import OCI

/// dockerd: `daemon.json`, Docker Hub alone.
struct DockerSetup {
  private let request: SetupRequest

  init(_ request: SetupRequest) throws(SetupError) {
    guard request.registries.contains(where: { $0.server == "https://registry-1.docker.io" }) else {
      throw .dockerHubLeftOut
    }
    self.request = request
  }

  func plan() -> SetupPlan {
    let mirror = request.mirror
    var lists = [(name: "registry-mirrors", elements: [mirror.url])]
    if !mirror.isSecure { lists.append((name: "insecure-registries", elements: [mirror.authority])) }
    var files = [SetupFile(path: "/etc/docker/daemon.json", document: .json(JSONMerge(lists: lists)))]
    if let certificate = request.certificateAuthority {
      files.append(
        SetupFile(
          path: "/etc/docker/certs.d/\(mirror.authority)/ca.crt",
          document: .own(OwnFile(certificate: certificate))
        )
      )
    }
    var plan = SetupPlan(files: files, activation: "systemctl restart docker")
    plan.notes = notes
    return plan
  }

  private var notes: [String] {
    var notes = [
      "dockerd uses registry-mirrors for Docker Hub alone; images of other registries are pulled by name, as "
        + "\(request.mirror.authority)/quay.io/…",
      "with the containerd image store (docker info: driver-type io.containerd.snapshotter.v1) dockerd also reads "
        + "hosts.toml, for every registry: berth client-setup containerd --certs-dir /etc/docker/certs.d",
    ]
    if request.defaultUpstream.description != "docker.io" {
      notes.append(
        "dockerd does not tell a mirror which registry it means, and this Berth takes such names for those of "
          + "\(request.defaultUpstream): set defaultUpstream: docker.io"
      )
    }
    return notes
  }
}
