import OCI
import Testing
import Upstream

@testable import BerthConfiguration

@Suite struct UpstreamSectionTests {
  private func upstream(_ name: String, in text: String) throws -> UpstreamSettings {
    let parsed = try UpstreamName(parsing: name)
    return try #require(try read(text).upstreams.first { $0.name == parsed })
  }

  @Test func withoutAFileDockerHubIsTheDefault() {
    #expect(Configuration.default.defaultUpstream.description == "docker.io")
    #expect(Configuration.default.listeners.map(\.address.description) == ["127.0.0.1:5000"])
    #expect(Configuration.default.store.path == "./berth-data")
  }

  @Test func theSchemaThatScriptsRelyOn() throws {
    let configuration = try read(
      """
      listen: 127.0.0.1:5000
      admin: 127.0.0.1:5001
      store:
        path: /var/lib/berth
        capacity: 200GiB
      defaultUpstream: docker.io
      upstreams:
        docker.io:
          endpoints: ["https://registry-1.docker.io"]
          aliases: [index.docker.io, registry-1.docker.io]
          credentials: [{username: acme, passwordFile: /run/secrets/hub}]
          tagFreshness: 10m
          revalidationPatience: 250ms
          maxStale: 7d
          patience: 20s
      """
    )
    #expect(configuration.store.capacity == .size(try #require(ByteSize(bytes: 200 << 30))))
    #expect(configuration.warnings.isEmpty)
    let hub = try #require(configuration.upstreams.first { $0.name == configuration.defaultUpstream })
    #expect(hub.credentials == [CredentialRule(.passwordFile(username: "acme", path: "/run/secrets/hub"))])
    #expect(hub.tagFreshness == .seconds(600))
    #expect(hub.revalidationPatience == .milliseconds(250))
    #expect(hub.maxStale == .seconds(7 * 24 * 3_600))
    #expect(hub.patience == .seconds(20))
    #expect(hub.impliesLibrary == UpstreamSettings.builtIn.first?.impliesLibrary)
  }

  @Test func aKnownNameIsLaidOverItsBuiltInValues() throws {
    let hub = try #require(UpstreamSettings.builtIn.first)
    var expected = hub
    expected.tagFreshness = .seconds(3_600)
    #expect(try upstream("docker.io", in: "upstreams: {docker.io: {tagFreshness: 1h}}") == expected)
    #expect(try read("upstreams: {docker.io: }").upstreams == Configuration.default.upstreams)
  }

  @Test func aListReplacesTheOneThatWasThere() throws {
    let hub = try upstream("docker.io", in: "upstreams: {docker.io: {aliases: [hub.example], tokenOrigins: []}}")
    #expect(hub.aliases.map(\.description) == ["hub.example"])
    #expect(hub.tokenOrigins.isEmpty)
    #expect(hub.endpoints == UpstreamSettings.builtIn.first?.endpoints)
  }

  @Test func aNewNameIsWhereItSays() throws {
    let settings = try upstream("registry.example:5000", in: "upstreams: {\"Registry.Example:5000\": {}}")
    #expect(
      settings
        == UpstreamSettings(
          name: settings.name,
          endpoints: [try #require(Endpoint(parsing: "https://registry.example:5000"))]
        )
    )
  }

  @Test func everythingAtOnce() throws {
    let settings = try upstream(
      "corp.example",
      in: """
        timeouts: {connect: 1s, read: 90s}
        upstreams:
          corp.example:
            endpoints: ["https://a.corp.example/mirror/", "http://127.0.0.1:5005"]
            aliases: [corp, corp.example]
            tokenOrigins: ["https://sso.corp.example"]
            trustRoots: [corp-ca.pem, /etc/ssl/other.pem]
            allowPrivateAddresses: true
            maxConcurrentTransfers: 4
            prefetch: layers
            tagFreshness: 0s
            timeouts: {connect: 2s, tls: 3s, firstByte: 1m, document: 5m}
        """
    )
    #expect(settings.endpoints.map(\.description) == ["https://a.corp.example/mirror", "http://127.0.0.1:5005"])
    #expect(settings.aliases.map(\.description) == ["corp"])
    #expect(settings.tokenOrigins.map(\.description) == ["https://sso.corp.example"])
    #expect(settings.trustRoots == ["/etc/berth/corp-ca.pem", "/etc/ssl/other.pem"])
    #expect(settings.allowPrivateAddresses)
    #expect(settings.maxConcurrentTransfers == 4)
    #expect(settings.prefetch == .layers)
    #expect(settings.tagFreshness == .zero)
    #expect(settings.timeouts.connect == .seconds(2))
    #expect(settings.timeouts.tls == .seconds(3))
    #expect(settings.timeouts.firstByte == .seconds(60))
    #expect(settings.timeouts.read == .seconds(90))
    #expect(settings.timeouts.document == .seconds(300))
  }

  @Test func whatToFetchAheadIsForAllThatDoNotSayOtherwise() throws {
    let text = "prefetch: config\nupstreams: {new.example: {}, own.example: {prefetch: none}}"
    for (name, expected) in [("quay.io", Prefetch.config), ("new.example", .config), ("own.example", .none)] {
      #expect(try upstream(name, in: text).prefetch == expected)
    }
  }

  @Test func whatIsFetchedForPartsIsForAllThatDoNotSayOtherwise() throws {
    let text = "lazy: ranges\nupstreams: {new.example: {}, own.example: {lazy: fill}}"
    for (name, expected) in [("quay.io", Lazy.ranges), ("new.example", .ranges), ("own.example", .fill)] {
      #expect(try upstream(name, in: text).lazy == expected)
    }
    #expect(try upstream("quay.io", in: "offline: false").lazy == .fill)
  }

  @Test func timeoutsForAllAreForBuiltInOnesToo() throws {
    let settings = try upstream("quay.io", in: "timeouts: {firstByte: 7s}")
    #expect(settings.timeouts.firstByte == .seconds(7))
    #expect(settings.timeouts.read == UpstreamTimeouts().read)
  }

  @Test func hostsSelectUpstreams() throws {
    let hosts = try read("upstreams: {quay.io: {hosts: [quay.mirror.example, \"quay.mirror.example:8443\"]}}").hosts
    #expect(hosts.keys.map(\.description).sorted() == ["quay.mirror.example", "quay.mirror.example:8443"])
    #expect(Set(hosts.values.map(\.description)) == ["quay.io"])
  }

  @Test func theDefaultMayBeNamedByAnAlias() throws {
    #expect(try read("defaultUpstream: quay.io").defaultUpstream.description == "quay.io")
    #expect(try read("defaultUpstream: INDEX.docker.io").defaultUpstream.description == "docker.io")
    let text = "upstreams: {corp.example: {aliases: [corp]}}\ndefaultUpstream: corp"
    #expect(try read(text).defaultUpstream.description == "corp.example")
  }

  @Test func anAliasThatIsGivenUpMayBeAnUpstream() throws {
    let text = "upstreams: {docker.io: {aliases: []}, registry-1.docker.io: {}}"
    #expect(
      try upstream("registry-1.docker.io", in: text).endpoints.map(\.description) == ["https://registry-1.docker.io"]
    )
  }

  @Test(arguments: [
    ("{endpoints: []}", "1:39: upstreams.corp.example.endpoints: expected at least one URL, found an empty list"),
    (
      "{endpoints: [corp.example]}",
      "1:40: upstreams.corp.example.endpoints[0]: expected a URL such as https://registry.example, found 'corp.example'; did you mean https://corp.example?"
    ),
    (
      "{endpoints: [\"https://corp.example/v2/\"]}",
      "1:40: upstreams.corp.example.endpoints[0]: 'https://corp.example/v2/' ends with /v2, which Berth adds itself: leave it out"
    ),
    (
      "{endpoints: [\"ftp://corp.example\"]}",
      "1:40: upstreams.corp.example.endpoints[0]: expected a URL such as https://registry.example, found 'ftp://corp.example'"
    ),
    ("{endpoint: [x]}", "1:28: upstreams.corp.example.endpoint: unknown key; did you mean 'endpoints'?"),
    ("{aliases: [quay.io]}", "1:38: upstreams.corp.example.aliases[0]: quay.io is already a name of quay.io"),
    (
      "{aliases: [index.docker.io]}",
      "1:38: upstreams.corp.example.aliases[0]: index.docker.io is already a name of docker.io"
    ),
    (
      "{tokenOrigins: [\"https://a.example/token\"]}",
      "1:43: upstreams.corp.example.tokenOrigins[0]: expected scheme and host such as https://auth.example, without a path, found 'https://a.example/token'"
    ),
    (
      "{trustRoots: [gone.pem]}",
      "1:41: upstreams.corp.example.trustRoots[0]: cannot read the trust root at '/etc/berth/gone.pem': No such file or directory"
    ),
    (
      "{timeouts: {read: 0s}}",
      "1:45: upstreams.corp.example.timeouts.read: a timeout must be longer than nothing: no request could succeed"
    ),
    (
      "{hosts: [\"a b\"]}",
      "1:36: upstreams.corp.example.hosts[0]: expected a host such as quay.mirror.example, found 'a b'"
    ),
    ("[]", "1:27: upstreams.corp.example: expected the keys \(UpstreamKey.listed), found a list"),
  ])
  func refuses(_ settings: String, _ complaint: String) {
    #expect(problems("upstreams: {corp.example: \(settings)}", missing: ["/etc/berth/gone.pem"]) == [complaint])
  }

  @Test func namesBelongToOneUpstream() {
    #expect(
      problems("upstreams: {index.docker.io: {}}") == [
        "1:13: upstreams.index.docker.io: is an alias of the built-in upstream docker.io: write docker.io here"
      ]
    )
    #expect(
      problems("upstreams:\n  a.example: {aliases: [x], hosts: [h]}\n  b.example: {aliases: [x], hosts: [h]}") == [
        "3:25: upstreams.b.example.aliases[0]: x is already a name of a.example",
        "3:37: upstreams.b.example.hosts[0]: h is already a host of a.example",
      ]
    )
  }

  private func dockerHub(_ keys: String) throws -> UpstreamSettings? {
    try read("upstreams: {docker.io: {\(keys)}}").upstreams.first { $0.name.description == "docker.io" }
  }

  @Test func proxyAndClientCertificate() throws {
    #expect(try dockerHub("")?.proxy == .environment)
    #expect(try dockerHub("proxy: direct")?.proxy == .direct)
    let proxy = try #require(Proxy(parsing: "http://berth:s3cret@proxy.example:3128"))
    #expect(try dockerHub(#"proxy: "http://berth:s3cret@proxy.example:3128""#)?.proxy == .proxy(proxy))
    let identity = ClientCertificate(certificate: "/c.pem", key: "/k.pem")
    #expect(try dockerHub("clientCertificate: {certificate: /c.pem, key: /k.pem}")?.clientCertificate == identity)
  }

  @Test(arguments: [
    (
      #"proxy: "https://u:planted@proxy.example""#,
      "1:32: upstreams.docker.io.proxy: expected environment, direct, or a proxy such as http://proxy.example:3128, "
        + "found 'https://•••@proxy.example'"
    ),
    (
      #"endpoints: ["https://u:planted@r.example"]"#,
      "1:37: upstreams.docker.io.endpoints[0]: expected a URL such as https://registry.example, "
        + "found 'https://•••@r.example'"
    ),
    (
      "clientCertificate: {certificate: /c.pem}",
      "1:44: upstreams.docker.io.clientCertificate: lacks key: the path of a PEM file"
    ),
    (
      "clientCertificate: {certificate: /gone, key: /k.pem}",
      "1:58: upstreams.docker.io.clientCertificate.certificate: cannot read the client certificate at '/gone': "
        + "No such file or directory"
    ),
  ])
  func refusesOfTheNetwork(_ keys: String, _ complaint: String) {
    #expect(problems("upstreams: {docker.io: {\(keys)}}", missing: ["/gone"]) == [complaint])
  }

  @Test func aProxysPasswordThatEverybodyCanReadIsDoubtful() throws {
    let text = #"upstreams: {docker.io: {proxy: "http://u:p@proxy.example"}}"#
    #expect(try warnings(text).isEmpty)
    #expect(try warnings(text, isWorldReadable: true).first?.contains("can read the password in this URL") == true)
  }
}
