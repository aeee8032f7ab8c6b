import Testing

@testable import ScriptedUpstream

/// The origins that speak TLS.
@Suite struct TLSTests {
  private func run(_ test: (Scene) async throws -> Void) async throws {
    try await Certificates.right.withFiles { identity in
      var options = Options()
      options.tls = identity
      options.publicHost = "localhost"
      try await Scene.run(options, test)
    }
  }

  private func get(
    _ scene: Scene,
    _ target: String,
    on origin: Origin = .registry,
    trusting identity: Certificates.Identity = Certificates.right
  ) async throws -> TLSExchange {
    try await TLSExchange.run(port: scene.upstream.port(origin), target: target, trusting: identity.certificate)
  }

  @Test func contentFromMemoryAndFileIsTheSame() async throws {
    try await run { scene in
      let small = try await get(scene, scene.smallPath)
      #expect(small.body == Scene.smallBytes)
      #expect(small.error == nil)
      let large = try await get(scene, scene.largePath)
      #expect(large.body == Scene.largeBytes)
      #expect(scene.upstream.counters.bytes(.blobGet) == Int64(1000 + Scene.largeBytes.count))
    }
  }

  @Test func urlsSayWhichOriginsAreEncrypted() async throws {
    try await run { (scene) async throws in
      for origin in Origin.allCases {
        let scheme = origin == .recorder ? "http" : "https"
        #expect(scene.upstream.url(origin) == "\(scheme)://localhost:\(scene.upstream.port(origin))")
      }
      #expect(try await get(scene, "/token", on: .token).text.contains("expires_in"))
      #expect(try await scene.get("/", on: .recorder).head.status == 200)
    }
  }

  @Test func aCutMaySayThatItIsAllOrNot() async throws {
    try await run { scene in
      scene.upstream.on(RuleMatch(.blobGet), times: 1) { $0.cut = .init(after: 500, how: .close) }
      scene.upstream.on(RuleMatch(.blobGet), times: 1) { $0.cut = .init(after: 500, how: .truncate) }
      scene.upstream.on(RuleMatch(.blobGet), times: 1) { $0.cut = .init(after: 500, how: .reset) }
      let errors = try await [String?](count: 3) {
        let exchange = try await get(scene, scene.smallPath)
        #expect(exchange.body == Array(Scene.smallBytes[..<500]))
        return exchange.error
      }
      #expect(errors[0] == nil)
      #expect(errors[1]?.contains("uncleanShutdown") == true, "\(errors)")
      #expect(errors[2] != nil)
    }
  }

  @Test func anotherCertificateCanBeShown() async throws {
    try await run { scene in
      try await Certificates.other.withFiles { identity in
        try scene.upstream.use(identity, for: .registry)
        let refused = try await get(scene, scene.smallPath)
        #expect(refused.bytes.isEmpty)
        #expect(refused.error != nil)
        #expect(scene.upstream.requests.isEmpty)
        #expect(throws: ScriptedUpstreamError.self) { try scene.upstream.use(identity, for: .recorder) }
      }
    }
  }

  @Test func aMissingCertificateIsSaid() async {
    var options = Options()
    options.tls = .init(certificateFile: "/nowhere.pem", keyFile: "/nowhere.key")
    await #expect(throws: ScriptedUpstreamError.self) { try await ScriptedUpstream.start(options) }
  }
}

extension Array {
  /// `count` results of one closure, called in order.
  fileprivate init(count: Int, _ make: () async throws -> Element) async rethrows {
    self = []
    for _ in 0..<count { append(try await make()) }
  }
}
