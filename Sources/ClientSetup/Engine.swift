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
