import OCI
import Testing

@testable import Upstream

@Suite("Built-in registries")
struct KnownRegistriesTests {
  private func known(_ name: String) throws -> UpstreamSettings {
    try #require(UpstreamSettings.builtIn.first { $0.name.description == name })
  }

  @Test(
    "The registries that everybody uses are there",
    arguments: [
      ("docker.io", "https://registry-1.docker.io"), ("quay.io", "https://quay.io"), ("ghcr.io", "https://ghcr.io"),
      ("gcr.io", "https://gcr.io"), ("registry.k8s.io", "https://registry.k8s.io"),
      ("public.ecr.aws", "https://public.ecr.aws"), ("mcr.microsoft.com", "https://mcr.microsoft.com"),
      ("registry.access.redhat.com", "https://registry.access.redhat.com"),
      ("registry.redhat.io", "https://registry.redhat.io"),
      ("registry.fedoraproject.org", "https://registry.fedoraproject.org"),
      ("registry.gitlab.com", "https://registry.gitlab.com"), ("nvcr.io", "https://nvcr.io"),
      ("us-docker.pkg.dev", "https://us-docker.pkg.dev"),
      ("europe-west3-docker.pkg.dev", "https://europe-west3-docker.pkg.dev"),
    ]
  )
  func endpoints(name: String, endpoint: String) throws {
    #expect(try known(name).endpoints.map(\.description) == [endpoint])
  }

  @Test("Docker Hub comes first, knows its aliases and its token service, and implies library/")
  func dockerHub() throws {
    let hub = try #require(UpstreamSettings.builtIn.first)
    #expect(hub.name.description == "docker.io")
    #expect(hub.aliases.map(\.description).contains("index.docker.io"))
    #expect(hub.tokenOrigins.map(\.description) == ["https://auth.docker.io"])
    #expect(UpstreamSettings.builtIn.filter(\.impliesLibrary) == [hub])
  }

  @Test("No name or alias stands for two registries")
  func unique() {
    let names = UpstreamSettings.builtIn.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
  }

  @Test("Everything built in is HTTPS, and none of it allows private addresses")
  func safe() {
    for settings in UpstreamSettings.builtIn {
      #expect(settings.configuredOrigins.allSatisfy { $0.scheme == .https && $0.port == 443 })
      #expect(!settings.allowPrivateAddresses)
      #expect(settings.credentials.isEmpty)
    }
  }

  @Test("Credentials are meant for the registry itself, not for a mirror put in front of it")
  func ownOrigin() throws {
    var hub = try known("docker.io")
    let mirror = try #require(Endpoint(parsing: "https://mirror.example"))
    hub.endpoints.insert(mirror, at: 0)
    #expect(hub.ownOrigin?.description == "https://registry-1.docker.io")
    hub.endpoints = [mirror]
    #expect(hub.ownOrigin == mirror.origin)
    let name = try UpstreamName(parsing: "registry.example:5000")
    let own = try #require(Endpoint(parsing: "https://registry.example:5000"))
    #expect(UpstreamSettings(name: name, endpoints: [mirror, own]).ownOrigin == own.origin)
  }
}
