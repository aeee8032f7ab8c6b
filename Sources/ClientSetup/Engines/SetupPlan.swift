/// All that makes an engine use the mirror: the files, and what to do once they are there.
public struct SetupPlan: Sendable {
  /// The files, in the order in which they are written.
  public internal(set) var files: [SetupFile]
  /// What makes the engine read them, as one sentence.
  public let activation: String
  /// What else to know, one sentence each.
  public internal(set) var notes: [String] = []

  init(files: [SetupFile], activation: String) {
    (self.files, self.activation) = (files, activation)
  }

  /// The plan for `engine`.
  /// - Throws: `SetupError.dockerHubLeftOut`.
  public init(for engine: Engine, _ request: SetupRequest) throws(SetupError) {
    self =
      switch engine {
      case .docker: try DockerSetup(request).plan()
      case .containerd: ContainerdSetup(request).plan()
      case .podman: ContainersImageSetup(request, engine: engine).plan()
      case .crio: ContainersImageSetup(request, engine: engine).plan()
      case .buildkit: BuildKitSetup(request).plan()
      case .k3s, .rke2: KubernetesDistributionSetup(request, engine: engine).plan()
      }
  }
}
