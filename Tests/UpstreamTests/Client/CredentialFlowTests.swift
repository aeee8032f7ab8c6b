import NIOHTTP1
import OCI
import Testing

@testable import Upstream

@Suite("Credentials, and where they go")
struct CredentialFlowTests {
  private let name = Sample.name("acme/app")
  private let basic = "Basic \(Base64.encode(Array("acme:s3cret".utf8)))"
  private let rule = CredentialRule(.basic(username: "acme", password: Secret("s3cret")))

  /// Wants a token of `realm` for everything; gives `service` the chance to be that realm itself.
  private static func registry(realm: @escaping @Sendable (String) -> String) async throws -> RegistryDouble {
    try await RegistryDouble.start { request in
      if request.path == "/token" { return .text(#"{"token":"from-registry"}"#) }
      if request.authorization?.hasPrefix("Bearer from-") == true { return .text("{}") }
      let host = request.headers.first(name: "Host") ?? ""
      return .challenge(#"Bearer realm="\#(realm(host))",service="s",scope="repository:acme/app:pull""#)
    }
  }

  private static func tokenService() async throws -> RegistryDouble {
    try await RegistryDouble.start { _ in .text(#"{"token":"from-service"}"#) }
  }

  @Test("A Basic challenge is answered, and then no longer waited for")
  func basicChallenge() async throws {
    let registry = try await RegistryDouble.start { [basic] request in
      request.authorization == basic ? .text("{}") : .challenge(#"Basic realm="Registry""#)
    }
    try await Bench.run([registry], configure: { $0.settings.credentials = [rule] }) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      _ = try await client.getManifest(name, Sample.tag("b"))
    }
    #expect(registry.requests.map(\.authorization) == [nil, basic, basic])
    #expect(registry.requests.first?.path == "/v2/")
  }

  @Test("Nobody is told a password unasked")
  func unasked() async throws {
    let registry = try await RegistryDouble.start { _ in .text("{}") }
    try await Bench.run([registry], configure: { $0.settings.credentials = [rule] }) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
    }
    #expect(registry.requests.map(\.authorization) == [nil, nil])
  }

  @Test("Where only /v2/ asks, what it asks for is shown; its scope is of no repository in particular")
  func askedAtPingAlone() async throws {
    let registry = try await RegistryDouble.start { request in
      let host = request.headers.first(name: "Host") ?? ""
      switch request.path {
      case "/token":
        return .text(#"{"token":"of \#(request.uri.hasSuffix("acme%2Fapp%3Apull"))"}"#.replacing(" ", with: "-"))
      case "/v2/": return .challenge(#"Bearer realm="http://\#(host)/token",scope="repository:user/image:pull,push""#)
      default: return request.authorization == "Bearer of-true" ? .text("{}") : .status(404)
      }
    }
    try await Bench.run([registry], configure: { $0.settings.credentials = [rule] }) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      _ = try await client.getManifest(name, Sample.tag("b"))
    }
    #expect(registry.requests.map(\.path).prefix(2) == ["/v2/", "/token"])
    #expect(registry.requests.filter { $0.path == "/v2/" }.count == 1)
  }

  @Test("Without credentials, and once a challenge is known, /v2/ is not asked")
  func noPing() async throws {
    let registry = try await Self.registry { "http://\($0)/token" }
    try await Bench.run([registry]) { client in _ = try await client.getManifest(name, Sample.tag("a")) }
    #expect(!registry.requests.contains { $0.path == "/v2/" })
  }

  @Test("A ping that fails is made again; one that asks for nothing is not")
  func pingInTrouble() async throws {
    let visits = Counter()
    let registry = try await RegistryDouble.start { request in
      request.path == "/v2/" && visits.next() < 3 ? .status(503) : .text("{}")
    }
    try await Bench.run([registry], configure: { $0.settings.credentials = [rule] }) { client in
      for tag in ["a", "b", "c", "d"] { _ = try await client.getManifest(name, Sample.tag(tag)) }
    }
    #expect(registry.requests.filter { $0.path == "/v2/" }.count == 3)
  }

  @Test("A wrong password is shown once")
  func wrong() async throws {
    let registry = try await RegistryDouble.start { _ in .challenge(#"Basic realm="Registry""#) }
    try await Bench.run([registry], configure: { $0.settings.credentials = [rule] }) { client in
      #expect(await failure { try await client.getManifest(name, Sample.tag("a")) } == .denied(status: 401))
    }
    #expect(registry.requests.map(\.authorization) == [nil, basic])
  }

  @Test("The registry's own token service sees the credentials, the registry itself the token")
  func ownRealm() async throws {
    let registry = try await Self.registry { "http://\($0)/token" }
    try await Bench.run([registry], configure: { $0.settings.credentials = [rule] }) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
    }
    #expect(registry.requests.map(\.authorization) == [nil, basic, "Bearer from-registry"])
    #expect(registry.requests.first?.path == "/v2/")
  }

  @Test("A listed token service sees the credentials")
  func listedRealm() async throws {
    let service = try await Self.tokenService()
    let registry = try await Self.registry { _ in "http://\(service.authority)/auth" }
    try await Bench.run(
      [registry, service],
      configure: { bench in
        bench.settings.credentials = [rule]
        bench.settings.tokenOrigins = [Origin(parsing: "http://\(service.authority)")].compactMap { $0 }
      }
    ) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
    }
    #expect(service.requests.map(\.authorization) == [basic])
    #expect(registry.requests.map(\.authorization) == [nil, "Bearer from-service"])
  }

  @Test("Any other is asked as anybody may, and if that is not enough the realm is to blame")
  func strangeRealm() async throws {
    let service = try await RegistryDouble.start { _ in .text(#"{"token":"useless"}"#) }
    let registry = try await Self.registry { _ in "http://\(service.authority)/auth" }
    try await Bench.run(
      [registry, service],
      configure: { bench in
        bench.settings.credentials = [rule]
        bench.settings.allowPrivateAddresses = true
      }
    ) { client in
      let found = await failure { try await client.getManifest(name, Sample.tag("a")) }
      #expect(found == .realmRefused(origin: "http://\(service.authority)"))
    }
    #expect(!service.requests.isEmpty && service.requests.allSatisfy { $0.authorization == nil })
  }

  @Test("A token service at a private address is not even dialled")
  func privateRealm() async throws {
    let service = try await Self.tokenService()
    let registry = try await Self.registry { _ in "http://\(service.authority)/auth" }
    try await Bench.run([registry, service], configure: { $0.settings.credentials = [rule] }) { client in
      let found = await failure { try await client.getManifest(name, Sample.tag("a")) }
      guard case .redirectRefused(let reason)? = found else {
        Issue.record("\(String(describing: found))")
        return
      }
      #expect(reason.hasPrefix("token service \(service.authority): loopback address; "))
      #expect(reason.contains("tokenOrigins") && reason.contains("allowPrivateAddresses"))
    }
    #expect(service.requests.isEmpty)
  }

  @Test("A credential is for the repositories it names; the rest is asked as anybody may")
  func byRepository() async throws {
    let registry = try await Self.registry { "http://\($0)/token" }
    let pattern = try #require(RepositoryPattern(parsing: "acme/**"))
    try await Bench.run(
      [registry],
      configure: { bench in
        bench.settings.credentials = [CredentialRule(rule.source, repositories: [pattern])]
      }
    ) { client in
      _ = try await client.getManifest(Sample.name("library/alpine"), Sample.tag("a"))
      _ = try await client.getManifest(name, Sample.tag("a"))
    }
    #expect(registry.requests.filter { $0.path == "/token" }.map(\.authorization) == [nil, basic])
  }

  @Test("A password file is read again when it changes, and a token of the old password is not shown any more")
  func passwordFile() async throws {
    let file = TemporaryFile("s3cret\n")
    let registry = try await Self.registry { "http://\($0)/token" }
    try await Bench.run(
      [registry],
      configure: { bench in
        bench.settings.credentials = [CredentialRule(.passwordFile(username: "acme", path: file.path))]
      }
    ) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      file.write("another")
      _ = try await client.getManifest(name, Sample.tag("b"))
    }
    let another = "Basic \(Base64.encode(Array("acme:another".utf8)))"
    #expect(registry.requests.filter { $0.path == "/token" }.map(\.authorization) == [basic, another])
  }

  @Test("A password file that is not there is an error that says so, and no anonymous pull")
  func missingFile() async throws {
    let registry = try await Self.registry { "http://\($0)/token" }
    try await Bench.run(
      [registry],
      configure: { bench in
        bench.settings.credentials = [CredentialRule(.passwordFile(username: "acme", path: "/nonexistent/hub"))]
      }
    ) { client in
      let found = await failure { try await client.getManifest(name, Sample.tag("a")) }
      #expect(found == .credentialUnavailable("/nonexistent/hub: No such file or directory"))
    }
    #expect(registry.requests.map(\.path) == ["/v2/"])
  }

  @Test("A docker configuration: by host, with a password or with a token to be exchanged")
  func dockerConfiguration() async throws {
    let registry = try await Self.registry { "http://\($0)/token" }
    let password = #"{"auths":{"\#(registry.authority)":{"auth":"\#(Base64.encode(Array("acme:s3cret".utf8)))"}}}"#
    let file = TemporaryFile(password)
    try await Bench.run(
      [registry],
      configure: { bench in
        bench.settings.credentials = [CredentialRule(.dockerConfig(path: file.path))]
      }
    ) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      file.write(#"{"auths":{"\#(registry.authority)":{"identitytoken":"refresh me"}}}"#)
      _ = try await client.getManifest(name, Sample.tag("b"))
      file.write("{}")
      _ = try await client.getManifest(name, Sample.tag("c"))
    }
    let asked = registry.requests.filter { $0.path == "/token" }
    #expect(asked.map(\.method) == [.GET, .POST, .GET])
    #expect(asked.map(\.authorization) == [basic, nil, nil])
    #expect(
      asked[1].body == "grant_type=refresh_token&client_id=berth&service=s&scope=repository%3Aacme%2Fapp%3Apull"
        + "&refresh_token=refresh%20me"
    )
  }

  @Test(
    "A mirror put in front of the registry sees nothing that is not meant for it by name",
    arguments: [false, true]
  )
  func mirror(isNamed: Bool) async throws {
    let mirror = try await Self.registry { "http://\($0)/token" }
    try await Bench.run(
      [mirror],
      configure: { bench in
        bench.settings.name = Sample.upstream("own.example:5000")
        bench.settings.endpoints += [Endpoint(parsing: "http://own.example:5000")].compactMap { $0 }
        let endpoint = isNamed ? Origin(parsing: "http://\(mirror.authority)") : nil
        bench.settings.credentials = [CredentialRule(rule.source, endpoint: endpoint)]
      }
    ) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
    }
    #expect(mirror.requests.contains { $0.authorization == basic } == isNamed)
  }

  @Test("No failure, no setting and no source prints a secret")
  func hidden() {
    var settings = UpstreamSettings(name: Sample.upstream("r.example"), endpoints: [])
    settings.credentials = [rule]
    var dumped = ""
    dump(settings, to: &dumped)
    #expect(!dumped.contains("s3cret") && !"\(settings)".contains("s3cret"))
    #expect("\(rule.source)" == "user “acme”")
  }
}
