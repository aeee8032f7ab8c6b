import NIOCore
import NIOHTTP1
import OCI
import Testing

@testable import Upstream

@Suite("Redirects, hop by hop")
struct RedirectTests {
  private let name = Sample.name("a/b")
  private let digest = Sample.digest("blob")
  private let rule = CredentialRule(.basic(username: "u", password: Secret("p")))

  /// Wants Basic proof, then leads to `target`.
  private static func registry(to target: @escaping @Sendable (RegistryDouble.Request) -> RegistryDouble.Reply)
    async throws -> RegistryDouble
  {
    try await RegistryDouble.start { request in
      request.authorization == nil ? .challenge(#"Basic realm="r""#) : target(request)
    }
  }

  private func blob(_ client: UpstreamClient, range: BlobRange = .whole) async throws -> String {
    var text = ""
    for try await piece in try await client.getBlob(name, digest, range: range).body { text += String(buffer: piece) }
    return text
  }

  @Test("A blob elsewhere is fetched there, without the proof, with the range", arguments: [301, 302, 303, 307, 308])
  func elsewhere(status: Int) async throws {
    let storage = try await RegistryDouble.start { _ in .text("3456", status: 206, ["Content-Range": "bytes 3-6/7"]) }
    let registry = try await Self.registry { _ in
      .redirect(to: "http://\(storage.authority)/x%2Fy?X-Amz-Signature=a%2Bb%3D&e=1", status: status)
    }
    try await Bench.run(
      [registry, storage],
      configure: { bench in
        bench.settings.credentials = [rule]
        bench.settings.allowPrivateAddresses = true
      }
    ) { client in
      let text = try await blob(client, range: .from(3))
      #expect(text == "3456")
    }
    let request = try #require(storage.requests.first)
    #expect(request.uri == "/x%2Fy?X-Amz-Signature=a%2Bb%3D&e=1")
    #expect(request.authorization == nil && !request.headers.contains(name: "Cookie"))
    #expect(request.headers["Range"] == ["bytes=3-"])
  }

  @Test("Manifests are redirected too (registry.k8s.io), and a redirect within the registry keeps the proof")
  func manifests() async throws {
    let registry = try await Self.registry { request in
      request.path.hasPrefix("/v2/") ? .redirect(to: "/elsewhere/\(request.path.count)") : .text("{}")
    }
    try await Bench.run([registry], configure: { $0.settings.credentials = [rule] }) { client in
      _ = try await client.getManifest(name, Sample.tag("latest"))
      _ = try await client.headManifest(name, Sample.tag("latest"))
    }
    #expect(registry.requests.dropFirst(1).allSatisfy { $0.authorization == "Basic dTpw" })
    #expect(registry.requests.map(\.method) == [.GET, .GET, .GET, .HEAD, .HEAD])
  }

  @Test("Once the registry has been left, no hop gets the proof, not even one that leads back")
  func roundTrip() async throws {
    let storage = try await RegistryDouble.start { request in
      .redirect(to: "http://\(request.path.dropFirst())/v2/secret/blobs/x")
    }
    let registry = try await Self.registry { request in
      .redirect(to: "http://\(storage.authority)/\(request.headers.first(name: "Host") ?? "")")
    }
    try await Bench.run(
      [registry, storage],
      configure: { bench in
        bench.settings.credentials = [rule]
        bench.settings.allowPrivateAddresses = true
      }
    ) { client in
      let found = await failure { try await client.getBlob(name, digest) }
      #expect(found == .failed(status: 401, message: "from \(registry.authority), behind a redirect"))
    }
    let secret = registry.requests.filter { $0.path == "/v2/secret/blobs/x" }
    #expect(!secret.isEmpty && secret.allSatisfy { $0.authorization == nil })
  }

  @Test(
    "A challenge behind a redirect is not answered; the registry's own URL is tried once more",
    arguments: [401, 403]
  )
  func refusedThere(status: Int) async throws {
    let storage = try await RegistryDouble.start { request in
      request.uri.hasSuffix("sig=2") ? .text("ok") : .status(status, ["WWW-Authenticate": #"Basic realm="storage""#])
    }
    let visits = Counter()
    let registry = try await Self.registry { _ in .redirect(to: "http://\(storage.authority)/x?sig=\(visits.next())") }
    try await Bench.run(
      [registry, storage],
      configure: { bench in
        bench.settings.credentials = [rule]
        bench.settings.allowPrivateAddresses = true
      }
    ) { client in
      let text = try await blob(client)
      #expect(text == "ok")
      let found = await failure { try await client.getBlob(name, digest) }
      #expect(found == .failed(status: status, message: "from \(storage.authority), behind a redirect"))
    }
    #expect(storage.requests.count == 4)
    #expect(storage.requests.allSatisfy { $0.authorization == nil })
  }

  @Test("A token that the target's own origin gives to anybody is shown to it (registry.k8s.io)")
  func anonymousToken() async throws {
    let storage = try await RegistryDouble.start { request in
      if request.path == "/v2/token" { return .text(#"{"token":"public"}"#) }
      if request.authorization == "Bearer public" { return .text("{}") }
      return .challenge(#"Bearer realm="http://\#(request.headers.first(name: "Host") ?? "")/v2/token""#)
    }
    let registry = try await RegistryDouble.start { request in
      .redirect(to: "http://\(storage.authority)/v2/k8s-artifacts-prod/images/pause/manifests/3.9")
    }
    try await Bench.run(
      [registry, storage],
      configure: { bench in
        bench.settings.credentials = [rule]
        bench.settings.allowPrivateAddresses = true
      }
    ) { client in
      _ = try await client.getManifest(Sample.name("pause"), Sample.tag("3.9"))
      _ = try await client.getManifest(Sample.name("pause"), Sample.tag("3.9"))
    }
    let tokens = storage.requests.filter { $0.path == "/v2/token" }
    #expect(tokens.map(\.uri) == ["/v2/token?scope=repository%3Ak8s-artifacts-prod%2Fimages%2Fpause%3Apull"])
    #expect(tokens.allSatisfy { $0.authorization == nil })
  }

  @Test("But not one of another origin")
  func strangeToken() async throws {
    let stranger = try await RegistryDouble.start { _ in .text(#"{"token":"x"}"#) }
    let storage = try await RegistryDouble.start { _ in
      .challenge(#"Bearer realm="http://\#(stranger.authority)/token""#)
    }
    let registry = try await RegistryDouble.start { _ in .redirect(to: "http://\(storage.authority)/v2/a/manifests/x") }
    try await Bench.run([registry, storage, stranger], configure: { $0.settings.allowPrivateAddresses = true }) {
      client in
      #expect(await failure { try await client.getManifest(name, Sample.tag("x")) } != nil)
    }
    #expect(stranger.requests.isEmpty)
  }

  @Test("A circle ends")
  func circle() async throws {
    let registry = try await RegistryDouble.start { .redirect(to: $0.path) }
    try await Bench.run([registry]) { client in
      #expect(await failure { try await client.getBlob(name, digest) } == .redirectRefused("more than 5 in a row"))
    }
    #expect(registry.requests.count == 6)
  }

  @Test(
    "A redirect to a private address is refused, however it is written",
    arguments: [
      ("127.0.0.1", "loopback address"), ("[::ffff:127.0.0.1]", "loopback address"), ("10.1.2.3", "private address"),
      ("169.254.169.254", "link-local address"), ("[::1]", "loopback address"), ("rebound.example", "loopback address"),
      ("2130706433", "loopback address"), ("mixed.example", "private address"),
    ]
  )
  func privateAddress(host: String, reason: String) async throws {
    let recorder = try await RegistryDouble.start { _ in .text("secret") }
    let registry = try await RegistryDouble.start { _ in .redirect(to: "http://\(host):\(recorder.port)/x?secret=1") }
    let names = ["rebound.example": ["127.0.0.1"], "2130706433": ["127.0.0.1"], "mixed.example": ["10.0.0.1", "::1"]]
    try await Bench.run([registry, recorder], resolver: TableResolver(table: names)) { client in
      let found = await failure { try await client.getBlob(name, digest) }
      let hint = "an operator can allow it with allowPrivateAddresses"
      #expect(found == .redirectRefused("\(host):\(recorder.port): \(reason); \(hint)"))
    }
    #expect(recorder.requests.isEmpty)
  }

  @Test("A name behind a redirect that does not resolve")
  func unknownName() async throws {
    let registry = try await RegistryDouble.start { _ in .redirect(to: "http://cdn.example/x") }
    try await Bench.run([registry], resolver: TableResolver(table: [:])) { client in
      #expect(await failure { try await client.getBlob(name, digest) } == .unreachable("name does not resolve"))
    }
  }

  @Test("A configured origin is dialled as written, whatever address it has, from a redirect too")
  func configuredOrigin() async throws {
    let storage = try await RegistryDouble.start { _ in .text("ok") }
    let registry = try await RegistryDouble.start { _ in .redirect(to: "http://\(storage.authority)/x") }
    try await Bench.run(
      [registry, storage],
      configure: { bench in
        bench.settings.tokenOrigins = [Origin(parsing: "http://\(storage.authority)")].compactMap { $0 }
      }
    ) { client in
      let text = try await blob(client)
      #expect(text == "ok")
    }
  }
}
