import NIOHTTP1
import OCI
import Synchronization
import Testing

@testable import Upstream

/// A registry that wants tokens, with its token service on the same origin unless a test says otherwise.
@Suite("Token service, from challenge to answer")
struct TokenFlowTests {
  private let name = Sample.name("library/alpine")

  /// Answers `/token` with `token-N` and everything else only to whoever shows one of `accepted`.
  private static func registry(
    realm: String? = nil,
    scope: String? = "repository:%NAME%:pull",
    expiresIn: Int = 300,
    accepting accepted: @escaping @Sendable (String) -> Bool = { $0.hasPrefix("Bearer token-") }
  ) async throws -> RegistryDouble {
    let issued = Counter()
    return try await RegistryDouble.start { request in
      if request.path == "/token" {
        return .text(#"{"token":"token-\#(issued.next())","expires_in":\#(expiresIn)}"#)
      }
      if let shown = request.authorization, accepted(shown) { return .text("{}") }
      let authority = request.headers.first(name: "Host") ?? ""
      let repository = request.path.split(separator: "/").dropFirst().dropLast(2).joined(separator: "/")
      var field = #"Bearer realm="\#(realm ?? "http://\(authority)/token")",service="registry.example""#
      if let scope { field += #",scope="\#(scope.replacing("%NAME%", with: repository))""# }
      return .challenge(field)
    }
  }

  @Test("Cold: one refused request, one token, one answer. Warm: one request")
  func coldAndWarm() async throws {
    let registry = try await Self.registry()
    try await Bench.run([registry]) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      _ = try await client.getManifest(name, Sample.tag("b"))
      _ = try await client.headBlob(name, Sample.digest("c"))
    }
    #expect(registry.requests.map(\.path).map { $0.hasPrefix("/v2") } == [true, false, true, true, true])
    #expect(registry.requests[1].uri == "/token?service=registry.example&scope=repository%3Alibrary%2Falpine%3Apull")
    #expect(registry.requests.dropFirst(2).allSatisfy { $0.authorization == "Bearer token-1" })
  }

  @Test("Another repository of a registry whose ways are known costs no refused request")
  func predicted() async throws {
    let registry = try await Self.registry()
    try await Bench.run([registry]) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      _ = try await client.getManifest(Sample.name("library/busybox"), Sample.tag("a"))
    }
    #expect(registry.requests.count == 5)
    #expect(registry.requests[3].uri == "/token?service=registry.example&scope=repository%3Alibrary%2Fbusybox%3Apull")
    #expect(registry.requests[4].authorization == "Bearer token-2")
  }

  @Test("A scope that is not a repository's is used as it stands, once for all (ECR Public)")
  func verbatimScope() async throws {
    let registry = try await Self.registry(scope: "aws")
    try await Bench.run([registry]) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      _ = try await client.getManifest(Sample.name("other"), Sample.tag("a"))
    }
    #expect(
      registry.requests.map(\.path) == [
        "/v2/library/alpine/manifests/a", "/token", "/v2/library/alpine/manifests/a", "/v2/other/manifests/a",
      ]
    )
    #expect(registry.requests[1].uri == "/token?service=registry.example&scope=aws")
  }

  @Test("A challenge without scope: leave to pull is asked for")
  func noScope() async throws {
    let registry = try await Self.registry(scope: nil)
    try await Bench.run([registry]) { client in _ = try await client.getManifest(name, Sample.tag("a")) }
    #expect(registry.requests[1].uri.hasSuffix("scope=repository%3Alibrary%2Falpine%3Apull"))
  }

  @Test("Thirty at once: one token")
  func shared() async throws {
    let registry = try await Self.registry()
    try await Bench.run([registry]) { client in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<30 {
          group.addTask { _ = try await client.getManifest(name, Sample.tag("t\(index)")) }
        }
        try await group.waitForAll()
      }
    }
    #expect(registry.requests.filter { $0.path == "/token" }.count == 1)
  }

  @Test("A token that has gone bad is replaced once")
  func replaced() async throws {
    let isRevoked = Mutex(false)
    let registry = try await Self.registry { shown in
      shown == (isRevoked.withLock { $0 } ? "Bearer token-2" : "Bearer token-1")
    }
    try await Bench.run([registry]) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      isRevoked.withLock { $0 = true }
      _ = try await client.getManifest(name, Sample.tag("b"))
    }
    #expect(registry.requests.suffix(3).map(\.authorization) == ["Bearer token-1", nil, "Bearer token-2"])
  }

  @Test("Where an old token provokes another challenge than none does, that of none is answered, and remembered")
  func realmChangesWithExpiry() async throws {
    let good = Mutex(1)
    let issued = Counter()
    let registry = try await RegistryDouble.start { request in
      if request.path == "/token" { return .text(#"{"token":"token-\#(issued.next())"}"#) }
      if request.path == "/elsewhere" { return .status(401) }
      let host = request.headers.first(name: "Host") ?? ""
      guard let shown = request.authorization else { return .challenge(#"Bearer realm="http://\#(host)/token""#) }
      if shown == "Bearer token-\(good.withLock { $0 })" { return .text("{}") }
      return .challenge(#"Bearer realm="http://\#(host)/elsewhere",error="invalid_token""#)
    }
    try await Bench.run([registry]) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      for number in 2...3 {
        good.withLock { $0 = number }
        _ = try await client.getManifest(name, Sample.tag("b"))
      }
    }
    #expect(!registry.requests.contains { $0.path == "/elsewhere" })
    #expect(issued.next() == 4)
  }

  @Test("A registry that hides what it has from those who show nothing hides it behind an old token, too")
  func hiddenBehindOldToken() async throws {
    let good = Mutex(1)
    let issued = Counter()
    let registry = try await RegistryDouble.start { request in
      let host = request.headers.first(name: "Host") ?? ""
      if request.path == "/token" { return .text(#"{"token":"token-\#(issued.next())"}"#) }
      if request.authorization == "Bearer token-\(good.withLock { $0 })" { return .text("{}") }
      if request.path.hasSuffix("first") { return .challenge(#"Bearer realm="http://\#(host)/token""#) }
      return request.authorization == nil ? .status(404) : .challenge("Negotiate")
    }
    try await Bench.run([registry]) { client in
      _ = try await client.getManifest(name, Sample.tag("first"))
      good.withLock { $0 = 2 }
      _ = try await client.getManifest(name, Sample.tag("b"))
    }
  }

  @Test("A token that is called invalid when it is a moment old is shown again, and is no denial", arguments: [2, 100])
  func young(refusals: Int) async throws {
    let shows = Counter()
    let registry = try await RegistryDouble.start { request in
      if request.path == "/token" { return .text(#"{"token":"token"}"#) }
      let challenge = #"Bearer realm="http://\#(request.headers.first(name: "Host") ?? "")/token""#
      guard request.authorization != nil else { return .challenge(challenge) }
      return shows.next() > refusals ? .text("{}") : .challenge(challenge + #",error="invalid_token""#)
    }
    let configure: (inout Bench) -> Void = { $0.limits.youngTokenPauses = [.zero, .zero, .zero] }
    try await Bench.run([registry], configure: configure) { client in
      let found = await failure { try await client.getManifest(name, Sample.tag("a")) }
      if refusals == 2 { return #expect(found == nil) }
      guard case .failed(status: 401, _)? = found else { return #expect(Bool(false)) }
    }
    #expect(registry.requests.filter { $0.path == "/token" }.count == 1)
  }

  @Test("A scope that was guessed wrong is no denial, whoever refuses it", arguments: ["service", "registry"])
  func wrongGuess(refusedBy: String) async throws {
    let registry = try await RegistryDouble.start { request in
      let host = request.headers.first(name: "Host") ?? ""
      let realm = #"Bearer realm="http://\#(host)/token",scope="#
      if request.path == "/token" {
        if request.uri.hasSuffix("other%3Apull"), refusedBy == "service" { return .status(403) }
        return .text(#"{"token":"\#(request.uri.split(separator: "=").last ?? "")"}"#)
      }
      let scope = request.path.hasPrefix("/v2/other/") ? "special" : "repository:library/alpine:pull"
      let isRight = request.authorization.map { $0.contains("special") == (scope == "special") }
      if isRight == true { return .text("{}") }
      return isRight == nil ? .challenge(realm + "\"\(scope)\"") : .status(403)
    }
    try await Bench.run([registry]) { client in
      _ = try await client.getManifest(name, Sample.tag("a"))
      _ = try await client.getManifest(Sample.name("other"), Sample.tag("a"))
      _ = try await client.getManifest(name, Sample.tag("b"))
      _ = try await client.getManifest(Sample.name("other"), Sample.tag("b"))
    }
  }

  @Test("A second 401 means no; nobody asks a third time")
  func denied() async throws {
    let registry = try await Self.registry { _ in false }
    try await Bench.run([registry]) { client in
      #expect(await failure { try await client.getManifest(name, Sample.tag("a")) } == .denied(status: 401))
    }
    #expect(registry.requests.count == 3)
  }

  @Test(
    "A challenge that nobody can answer",
    arguments: ["", "Negotiate", #"Basic realm="x""#, #"Bearer realm="nowhere""#]
  )
  func unanswerable(field: String) async throws {
    let registry = try await RegistryDouble.start { _ in .challenge(field) }
    try await Bench.run([registry]) { client in
      #expect(await failure { try await client.getManifest(name, Sample.tag("a")) } == .denied(status: 401))
    }
    #expect(registry.requests.count == 1)
  }

  @Test(
    "Trouble at the token service is told as such",
    arguments: [
      (RegistryDouble.Reply.status(503), "answered 503: token service %"),
      (.status(404), "answered 404: token service %"), (.status(403), "access denied (403)"),
      (.redirect(to: "http://169.254.169.254/"), "answered 307: token service %"),
      (.text("<html>"), "unusable answer: token service %: the token service's answer is not JSON"),
      (.text("{}"), "unusable answer: token service %: the token service's answer holds no token"),
      (.init(isSilent: true), "unreachable: token service %: connection closed"),
      (.text("slow down", status: 429, ["Retry-After": "3"]), "rate limit of requests reached, retry after 3 s"),
      (.text(String(repeating: " ", count: 70_000)), "answer larger than 65536 bytes"),
    ]
  )
  func serviceTrouble(reply: RegistryDouble.Reply, expected: String) async throws {
    let registry = try await RegistryDouble.start { request in
      if request.path == "/token" { return reply }
      return .challenge(#"Bearer realm="http://\#(request.headers.first(name: "Host") ?? "")/token",service="s""#)
    }
    try await Bench.run([registry]) { client in
      let found = await failure { try await client.getManifest(name, Sample.tag("a")) }
      #expect(found?.description == expected.replacing("%", with: registry.authority))
    }
    // The redirect in particular is not followed, and no failure is remembered as a token.
    #expect(registry.requests.filter { $0.path == "/token" }.allSatisfy { $0.authorization == nil })
  }

  @Test("Whoever gives up waiting leaves the others their token")
  func leaving() async throws {
    let registry = try await RegistryDouble.start { request in
      if request.path == "/token" { return .init(ending: .stall, isSilent: true) }
      return .challenge(#"Bearer realm="http://\#(request.headers.first(name: "Host") ?? "")/token""#)
    }
    try await Bench.run([registry]) { client in
      let asking = Task { await failure { try await client.getManifest(name, Sample.tag("a")) } }
      while registry.requests.last?.path != "/token" { await Task.yield() }
      asking.cancel()
      #expect(await asking.value == .cancelled)
    }
  }
}
