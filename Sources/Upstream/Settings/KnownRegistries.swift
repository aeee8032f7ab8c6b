import OCI

extension UpstreamSettings {
  /// The public registries that Berth knows without a configuration. The first one is Docker Hub.
  ///
  /// A finite list: what a client asks for selects from it and never names a host to dial.
  public static let builtIn: [UpstreamSettings] = (registries + googleRegistries).compactMap(\.settings)

  /// One row of the table; hosts only, everything is HTTPS on its usual port.
  private struct Row {
    var name: String
    var aliases: [String] = []
    /// Where it is, if that differs from its name.
    var host: String?
    /// Token services besides the registry itself.
    var tokenHosts: [String] = []
    var impliesLibrary = false

    var settings: UpstreamSettings? {
      guard let upstream = try? UpstreamName(parsing: name) else { return nil }
      let origin = { (host: String) in Origin(scheme: .https, host: host, port: 443) }
      var settings = UpstreamSettings(
        name: upstream,
        aliases: aliases.compactMap { try? UpstreamName(parsing: $0) },
        endpoints: [Endpoint(origin: origin(host ?? name))],
        tokenOrigins: tokenHosts.map(origin)
      )
      settings.impliesLibrary = impliesLibrary
      return settings
    }
  }

  private static let registries = [
    Row(
      name: "docker.io",
      aliases: ["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"],
      host: "registry-1.docker.io",
      tokenHosts: ["auth.docker.io"],
      impliesLibrary: true
    ),
    Row(name: "quay.io"),
    Row(name: "ghcr.io"),
    Row(name: "gcr.io"),
    Row(name: "us.gcr.io"),
    Row(name: "eu.gcr.io"),
    Row(name: "asia.gcr.io"),
    Row(name: "registry.k8s.io", aliases: ["k8s.gcr.io"]),
    Row(name: "public.ecr.aws"),
    Row(name: "mcr.microsoft.com"),
    Row(name: "registry.access.redhat.com"),
    Row(name: "registry.redhat.io", tokenHosts: ["sso.redhat.com"]),
    Row(name: "registry.fedoraproject.org"),
    Row(name: "registry.gitlab.com", tokenHosts: ["gitlab.com"]),
    Row(name: "nvcr.io"),
  ]

  /// How the names of Google's Artifact Registry end, which has one registry for each location: a site uses few of them, and
  /// lists name one for all.
  public static let regionalSuffix = "-docker.pkg.dev"

  private static let googleRegistries = googleLocations.map { Row(name: $0 + regionalSuffix) }

  /// Multi-regions, then regions by continent.
  private static let googleLocations = [
    "us", "europe", "asia",
    "africa-south1",
    "asia-east1", "asia-east2", "asia-northeast1", "asia-northeast2", "asia-northeast3", "asia-south1", "asia-south2",
    "asia-southeast1", "asia-southeast2", "asia-southeast3",
    "australia-southeast1", "australia-southeast2",
    "europe-central2", "europe-north1", "europe-north2", "europe-southwest1", "europe-west1", "europe-west2",
    "europe-west3", "europe-west4", "europe-west6", "europe-west8", "europe-west9", "europe-west10", "europe-west12",
    "me-central1", "me-central2", "me-west1",
    "northamerica-northeast1", "northamerica-northeast2", "northamerica-south1",
    "southamerica-east1", "southamerica-west1",
    "us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2", "us-west3", "us-west4",
  ]
}
