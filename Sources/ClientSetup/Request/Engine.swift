/// What pulls images and can be pointed at a mirror.
public enum Engine: String, Sendable, CaseIterable {
  /// dockerd; Docker Hub alone, unless it uses the containerd image store.
  case docker
  /// containerd by CRI, nerdctl and ctr.
  case containerd
  /// Podman, and with it Buildah and Skopeo, which read the same files.
  case podman
  /// buildkitd, also as a builder of `docker buildx`.
  case buildkit
  /// k3s.
  case k3s
  /// RKE2, which reads k3s's file at a place of its own.
  case rke2
  /// CRI-O.
  case crio
}

/// The major version of containerd, which decides how `config.toml` is written.
public enum ContainerdVersion: Int, Sendable, CaseIterable {
  /// 1.5 to 1.7: `version = 2`. containerd 2 reads such a file too.
  case v1 = 1
  /// 2.0 and later: `version = 3`, which containerd 1 refuses.
  case v2 = 2

  /// The file's own `version`.
  var fileVersion: Int { rawValue + 1 }

  /// The table that has `config_path`.
  var registryTable: [String] {
    switch self {
    case .v1: ["plugins", "io.containerd.grpc.v1.cri", "registry"]
    case .v2: ["plugins", "io.containerd.cri.v1.images", "registry"]
    }
  }
}
