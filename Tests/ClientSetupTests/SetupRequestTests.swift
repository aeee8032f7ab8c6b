import BerthConfiguration
import ClientSetup
import Testing

/// Which mirror, which registries, and what is doubtful about them.
struct SetupRequestTests {
  @Test(
    arguments: [
      ("http://mirror.example:5000", "http://mirror.example:5000", "mirror.example:5000", false),
      ("HTTP://Mirror.Example:80/", "http://mirror.example", "mirror.example", false),
      ("https://mirror.example", "https://mirror.example", "mirror.example", true),
      ("https://[2001:db8::1]:5000", "https://[2001:db8::1]:5000", "[2001:db8::1]:5000", true),
    ]
  )
  func mirrors(text: String, url: String, authority: String, isSecure: Bool) throws {
    let mirror = try Mirror(url: text)
    #expect((mirror.url, mirror.authority, mirror.isSecure) == (url, authority, isSecure))
  }

  @Test(arguments: ["", "mirror.example:5000", "ftp://mirror.example", "http://a/b", "http://u:p@mirror.example"])
  func noMirrors(text: String) {
    #expect(throws: SetupError.notAMirror(text)) { try Mirror(url: text) }
  }

  @Test(
    arguments: [
      ("127.0.0.1:5000", false, "http://127.0.0.1:5000", true),
      ("0.0.0.0:5000", false, "http://127.0.0.1:5000", true),
      ("[::]:443", true, "https://[::1]", true),
      ("mirror.example:443", true, "https://mirror.example", false),
      ("192.0.2.7:5000", false, "http://192.0.2.7:5000", false),
    ]
  )
  func firstListener(address: String, hasTLS: Bool, url: String, isDoubtful: Bool) throws {
    var configuration = Configuration.default
    let tls = hasTLS ? ServerIdentity(certificate: "/c", key: "/k") : nil
    configuration.listeners = [ListenerSettings(address: try ListenAddress(parsing: address), tls: tls)]
    let request = try SetupRequest(configuration)
    #expect(request.mirror.url == url)
    #expect(request.warnings.contains { $0.contains("--mirror") } == isDoubtful)
  }

  @Test(arguments: ["unix:/run/berth.sock", "127.0.0.1:0"])
  func listenersWithoutURL(address: String) throws {
    var configuration = Configuration.default
    configuration.listeners = [ListenerSettings(address: try ListenAddress(parsing: address))]
    #expect(throws: SetupError.listenerHasNoURL(address)) { try SetupRequest(configuration) }
    #expect(try SetupRequest(configuration, mirror: Mirror(url: "http://mirror.example")).warnings.isEmpty)
  }

  @Test func aliasesAreRegistriesOfTheirOwn() throws {
    let plan = try SetupPlan(for: .podman, Given.request(["k8s.gcr.io"]))
    #expect(plan.files[0].text.contains("prefix = \"k8s.gcr.io\""))
    let hub = try SetupPlan(for: .containerd, Given.request(["index.docker.io"]))
    #expect(hub.files[1].text.contains("server = \"https://registry-1.docker.io\""))
  }

  @Test func unknownUpstream() {
    #expect {
      try Given.request(["quay.oi"])
    } throws: { error in
      "\(error)".contains("'quay.oi'") && "\(error)".contains("quay.io")
    }
  }

  @Test func namesThatEnginesCannotAskFor() throws {
    let configuration = try Given.configuration(adding: "corp", endpoint: "https://registry.corp.example")
    #expect(throws: SetupError.notAHost("corp")) { try Given.request(["corp"], configuration: configuration) }
    let all = try SetupPlan(for: .podman, Given.request(configuration: configuration))
    #expect(!all.files[0].text.contains("\"corp\""))
  }

  @Test(
    arguments: [
      ("https://registry.corp.example:5000", "https://registry.corp.example:5000"),
      ("http://registry.corp.example:5000", "http://registry.corp.example:5000"),
      ("http://cache.corp.example", "https://registry.corp.example:5000"),
    ]
  )
  func enginesGoOnToTheRegistryItself(endpoint: String, server: String) throws {
    let name = "registry.corp.example:5000"
    let configuration = try Given.configuration(adding: name, endpoint: endpoint)
    let plan = try SetupPlan(for: .containerd, Given.request([name], configuration: configuration))
    #expect(plan.files[1].text.contains("server = \"\(server)\"\n"))
  }
}
