import BerthConfiguration
import ClientSetup
import Testing
import Upstream

/// The exact files of each engine, in the forms that its documentation shows.
struct EngineFilesTests {
  static let ownHeading = """
    # The next run with --write makes it anew: settings of your own belong in another file.

    """

  @Test func docker() throws {
    let plan = try SetupPlan(for: .docker, Given.request())
    #expect(plan.files.map(\.path) == ["/etc/docker/daemon.json"])
    #expect(
      plan.files[0].text == """
        {
          "registry-mirrors": ["http://mirror.example:5000"],
          "insecure-registries": ["mirror.example:5000"]
        }

        """
    )
  }

  @Test func dockerByHTTPS() throws {
    let plan = try SetupPlan(for: .docker, Given.privateAuthority([]))
    #expect(plan.text("/etc/docker/daemon.json") == "{\n  \"registry-mirrors\": [\"https://mirror.example\"]\n}\n")
    #expect(plan.text("/etc/docker/certs.d/mirror.example/ca.crt") == "-----BEGIN CERTIFICATE-----\n")
  }

  @Test func dockerKnowsDockerHubAlone() throws {
    #expect(throws: SetupError.dockerHubLeftOut) { try SetupPlan(for: .docker, Given.request(["quay.io"])) }
  }

  @Test func dockerMeansTheDefaultUpstream() throws {
    var configuration = Configuration.default
    configuration.defaultUpstream = try #require(configuration.upstreams.first { "\($0.name)" == "quay.io" }).name
    let plan = try SetupPlan(for: .docker, Given.request(configuration: configuration))
    #expect(plan.notes.contains { $0.contains("defaultUpstream: docker.io") })
  }

  @Test func containerd() throws {
    let plan = try SetupPlan(for: .containerd, Given.request(["docker.io"]))
    #expect(plan.files.map(\.path) == ["/etc/containerd/config.toml", "/etc/containerd/certs.d/docker.io/hosts.toml"])
    #expect(
      plan.files[1].text == """
        # Written by `berth client-setup containerd`: pulls go through http://mirror.example:5000 first.
        \(Self.ownHeading)server = "https://registry-1.docker.io"

        [host."http://mirror.example:5000"]
          capabilities = ["pull", "resolve"]
          dial_timeout = "1s"

        """
    )
  }

  @Test func containerdForAll() throws {
    let plan = try SetupPlan(for: .containerd, Given.request())
    let paths = plan.files.map(\.path)
    #expect(paths.contains("/etc/containerd/certs.d/_default/hosts.toml"))
    #expect(paths.contains("/etc/containerd/certs.d/ghcr.io/hosts.toml"))
    #expect(!paths.contains { $0.contains("pkg.dev") }, "_default has them")
    #expect(plan.text("/etc/containerd/certs.d/_default/hosts.toml")?.contains("server") == false)
  }

  @Test(
    arguments: [
      (nil, "version = 2\n\n[plugins.\"io.containerd.grpc.v1.cri\".registry]\n"),
      (.v1, "version = 2\n\n[plugins.\"io.containerd.grpc.v1.cri\".registry]\n"),
      (.v2, "version = 3\n\n[plugins.\"io.containerd.cri.v1.images\".registry]\n"),
    ] as [(ContainerdVersion?, String)]
  )
  func containerdConfiguration(version: ContainerdVersion?, table: String) throws {
    var request = try Given.request()
    request.containerdVersion = version
    let text = try SetupPlan(for: .containerd, request).text("/etc/containerd/config.toml")
    #expect(text == table + "  config_path = \"/etc/containerd/certs.d\"\n")
  }

  @Test func hostsForDockersContainerdStore() throws {
    var request = try Given.privateAuthority(["quay.io"])
    request.hostsFolder = "/etc/docker/certs.d"
    let plan = try SetupPlan(for: .containerd, request)
    #expect(plan.files.map(\.path) == ["/etc/docker/certs.d/quay.io/hosts.toml", "/etc/containerd/berth-ca.pem"])
    #expect(plan.files[0].text.contains("capabilities = [\"pull\", \"resolve\", \"referrers\"]"))
    #expect(plan.notes.contains { $0.contains("Docker 29") })
    #expect(plan.files[0].text.hasSuffix("  dial_timeout = \"1s\"\n  ca = \"/etc/containerd/berth-ca.pem\"\n"))
  }

  @Test(arguments: [Engine.podman, .crio])
  func containersImage(engine: Engine) throws {
    let plan = try SetupPlan(for: engine, Given.request(["docker.io", "quay.io"]))
    #expect(
      plan.text("/etc/containers/registries.conf.d/50-berth.conf") == """
        # Written by `berth client-setup \(engine.rawValue)`: pulls go through http://mirror.example:5000 first.
        \(Self.ownHeading)
        [[registry]]
        prefix = "docker.io"
        location = "docker.io"
        [[registry.mirror]]
        location = "mirror.example:5000/docker.io"
        insecure = true

        [[registry]]
        prefix = "quay.io"
        location = "quay.io"
        [[registry.mirror]]
        location = "mirror.example:5000/quay.io"
        insecure = true

        """
    )
  }

  @Test func containersImageByHTTPS() throws {
    let plan = try SetupPlan(for: .podman, Given.privateAuthority(["docker.io"]))
    #expect(plan.files[0].text.hasSuffix("location = \"mirror.example/docker.io\"\n"))
    #expect(plan.files[1].path == "/etc/containers/certs.d/mirror.example/ca.crt")
  }

  @Test func buildKit() throws {
    let plan = try SetupPlan(for: .buildkit, Given.request(["docker.io", "quay.io"]))
    #expect(
      plan.text("/etc/buildkit/buildkitd.toml") == """
        [registry."docker.io"]
          mirrors = ["mirror.example:5000/docker.io"]

        [registry."quay.io"]
          mirrors = ["mirror.example:5000/quay.io"]

        [registry."mirror.example:5000"]
          http = true

        """
    )
    let secure = try SetupPlan(for: .buildkit, Given.privateAuthority(["docker.io"]))
    #expect(secure.files[0].text.hasSuffix("[registry.\"mirror.example\"]\n  ca = [\"/etc/buildkit/berth-ca.pem\"]\n"))
  }

  @Test(arguments: ["https://localhost:5000", "https://127.0.0.1:5000", "https://[::1]:5000"])
  func buildKitByHTTPSOnThisMachine(mirror: String) throws {
    let plan = try SetupPlan(for: .buildkit, Given.request(["docker.io"], mirror: mirror))
    let authority = mirror.dropFirst("https://".count)
    #expect(plan.files[0].text.hasSuffix("[registry.\"\(authority)\"]\n  http = false\n"))
  }

  @Test func theMostUsedComeFirst() throws {
    func prefixes(_ request: SetupRequest) throws -> [Substring] {
      try SetupPlan(for: .podman, request).files[0].text.split(separator: "\n").filter { $0.hasPrefix("prefix = ") }
    }
    let usual = try prefixes(Given.request())
    #expect(usual.first == "prefix = \"docker.io\"")
    #expect(!usual.contains { $0.contains("pkg.dev") })
    #expect(try SetupPlan(for: .buildkit, Given.request()).notes.first?.contains("--regional") == true)

    let all = try SetupRequest(.default, mirror: Mirror(url: "http://mirror.example"), includesRegional: true)
    #expect(try prefixes(all).count == usual.count + 46)
    #expect(try !SetupPlan(for: .buildkit, all).notes.contains { $0.contains("--regional") })

    var configuration = Configuration.default
    let named = try #require(configuration.upstreams.first { "\($0.name)" == "us-docker.pkg.dev" }).name
    configuration.namedUpstreams = [named]
    #expect(try prefixes(Given.request(configuration: configuration)).count == usual.count + 1)
  }

  @Test(arguments: [(Engine.k3s, "/etc/rancher/k3s"), (.rke2, "/etc/rancher/rke2")])
  func kubernetesDistributions(engine: Engine, folder: String) throws {
    let plan = try SetupPlan(for: engine, Given.request(["docker.io"]))
    #expect(
      plan.text("\(folder)/registries.yaml") == """
        mirrors:
          "docker.io":
            endpoint:
              - "http://mirror.example:5000"

        """
    )
    let all = try SetupPlan(for: engine, Given.request()).files[0].text
    #expect(all.hasSuffix("  \"*\":\n    endpoint:\n      - \"http://mirror.example:5000\"\n"))
    let secure = try SetupPlan(for: engine, Given.privateAuthority(["docker.io"])).files[0].text
    #expect(secure.contains("configs:\n  \"mirror.example\":\n    tls:\n      ca_file: \"\(folder)/berth-ca.pem\"\n"))
  }

  @Test(arguments: Engine.allCases)
  func saysWhatToDoThen(engine: Engine) throws {
    #expect(try !SetupPlan(for: engine, Given.request()).activation.isEmpty)
  }
}
