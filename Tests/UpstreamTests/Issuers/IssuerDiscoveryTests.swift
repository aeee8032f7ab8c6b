import Logging
import OCI
import Testing

@testable import Upstream

@Suite struct IssuerDiscoveryTests {
  /// Asks for the keys of an issuer at a double, whose documents `answer` makes of the double's origin and the path.
  private func keys(
    _ answer: @escaping @Sendable (_ origin: String, _ path: String) -> RegistryDouble.Reply
  ) async throws -> Result<String, IssuerDiscovery.Failure> {
    let double = try await RegistryDouble.start { request in answer("http://127.0.0.1:\(request.port)", request.path) }
    let bench = Bench(["http://\(double.authority)"])
    let discovery = IssuerDiscovery(transport: bench.transport, limits: Limits(), log: Logger(label: "test"))
    let result: Result<String, IssuerDiscovery.Failure>
    do {
      let bytes = try await discovery.keys(of: "http://\(double.authority)/realm", maxBytes: 1_000)
      result = .success(String(decoding: bytes, as: UTF8.self))
    } catch let failure as IssuerDiscovery.Failure {
      result = .failure(failure)
    }
    await bench.transport.shutdown()
    await double.stop()
    return result
  }

  private func document(_ origin: String, issuer: String? = nil, keys: String) -> RegistryDouble.Reply {
    .text("{\"issuer\": \"\(issuer ?? "\(origin)/realm")\", \"jwks_uri\": \"\(keys)\"}")
  }

  @Test func keysAreWhereTheIssuerSays() async throws {
    let found = try await keys { origin, path in
      switch path {
      case "/realm/.well-known/openid-configuration": document(origin, keys: "\(origin)/keys")
      case "/keys": .text("{\"keys\": []}")
      default: .status(404)
      }
    }
    #expect(try found.get() == "{\"keys\": []}")
  }

  @Test func whatIsNoDocumentOfTheIssuerIsRefused() async throws {
    func complaint(_ answer: @escaping @Sendable (String, String) -> RegistryDouble.Reply) async throws -> String {
      guard case .failure(let failure) = try await keys(answer) else { return "" }
      return failure.description
    }
    #expect(
      try await complaint { origin, _ in document(origin, issuer: "\(origin)/realm/", keys: origin) }.contains(
        "is not that of"
      )
    )
    #expect(try await complaint { _, _ in .text("{}") }.contains("is not that of"))
    #expect(try await complaint { _, _ in .text("{\"issuer\": 1, \"issuer\": 1}") }.contains("is not that of"))
    #expect(try await complaint { _, _ in .redirect(to: "/other") }.contains("127.0.0.1"))
    #expect(
      try await complaint { origin, _ in document(origin, keys: "http://other.example/keys") }.contains("over TLS")
    )
    #expect(
      try await complaint { origin, _ in document(origin, keys: "https://169.254.169.254/keys") }.contains("link-local")
    )
    let long = String(repeating: "x", count: 2_000)
    #expect(
      try await complaint { origin, path in path == "/keys" ? .text(long) : document(origin, keys: "\(origin)/keys") }
        != ""
    )
  }
}
