/// One question to a credential helper: which program, about which registry.
struct HelperRequest: Sendable, Hashable {
  let helper: CredentialHelperName
  /// What the helper keeps the registry under: host and port, or Docker Hub's old URL.
  let server: String

  init(_ helper: CredentialHelperName, about endpoint: Origin) {
    self.helper = helper
    // docker login stores Docker Hub's credential under the URL of an interface long gone.
    server = DockerConfiguration.isDockerHub(endpoint) ? "https://index.docker.io/v1/" : endpoint.authority
  }
}
