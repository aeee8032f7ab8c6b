import OCI
import Upstream

/// A registry whose pulls go through the mirror.
struct MirroredRegistry: Hashable {
  /// As it stands in names of images: `docker.io`.
  let name: String
  /// Where engines go on when the mirror cannot help: `https://registry-1.docker.io`.
  let server: String
  /// Whether it is one of many like it, of which a site uses few: Google's have one for each location.
  let isRegional: Bool
  /// Whether the configuration names it.
  let isNamed: Bool

  /// `upstream` as engines know it under `name`, which is its own or an alias.
  init(_ upstream: UpstreamSettings, as name: UpstreamName, isNamed: Bool = true) {
    self.name = name.description
    self.isNamed = isNamed
    isRegional = name.description.hasSuffix(UpstreamSettings.regionalSuffix)
    // Engines know the names of Docker Hub and where it is; of all others the name is the host.
    if upstream.name.description == "docker.io" {
      server = "https://registry-1.docker.io"
    } else {
      // The configuration may say that the registry itself speaks plain HTTP.
      let plain = "http://\(name)"
      server = upstream.endpoints.contains { $0.origin.description == plain } ? plain : "https://\(name)"
    }
  }

  /// Whether engines take the name for a host: it has a dot or a port, or is `localhost`.
  static func isHost(_ name: UpstreamName) -> Bool {
    let text = name.description
    return text == "localhost" || text.contains { $0 == "." || $0 == ":" }
  }
}
