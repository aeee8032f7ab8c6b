import Logging
import NIOHTTP1
import NIOSSL
import OCI
import Testing

@testable import Upstream

@Suite("TLS is verified")
struct TLSTests {
  private let name = Sample.name("a/b")
  private let authority = TemporaryFile(TestCertificates.authority)

  private static func server(_ certificate: String, _ key: String) async throws -> RegistryDouble {
    let context = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
        privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
      )
    )
    return try await RegistryDouble.start(tls: context) { _ in .text("{}") }
  }

  private func ask(_ registry: RegistryDouble, trusting roots: [String]) async -> UpstreamFailure? {
    var bench = Bench(["https://\(registry.authority)"])
    bench.settings.trustRoots = roots
    let client = bench.client
    let found = await failure { try await client.getManifest(name, Sample.tag("a")) }
    await bench.transport.shutdown()
    await registry.stop()
    return found
  }

  @Test("A certificate of a configured authority is good")
  func trusted() async throws {
    let registry = try await Self.server(TestCertificates.server, TestCertificates.serverKey)
    #expect(await ask(registry, trusting: [authority.path]) == nil)
    #expect(registry.requests.count == 1)
  }

  @Test("One of an unknown authority is not")
  func untrusted() async throws {
    let registry = try await Self.server(TestCertificates.server, TestCertificates.serverKey)
    #expect(await ask(registry, trusting: []) == .tlsFailed(TLSFailureText.unverified))
    #expect(registry.requests.isEmpty)
  }

  @Test("Nor is one that has expired, or one for another host")
  func unsuitable() async throws {
    let expired = try await Self.server(TestCertificates.expired, TestCertificates.expiredKey)
    #expect(await ask(expired, trusting: [authority.path]) == .tlsFailed(TLSFailureText.unverified))
    let elsewhere = try await Self.server(TestCertificates.elsewhere, TestCertificates.elsewhereKey)
    let found = await ask(elsewhere, trusting: [authority.path])
    #expect(found == .tlsFailed("certificate is for another host"))
    #expect(expired.requests.isEmpty && elsewhere.requests.isEmpty)
  }

  @Test("An upstream that speaks no TLS gets no request in the clear")
  func plain() async throws {
    let registry = try await RegistryDouble.start { _ in .text("{}") }
    guard case .tlsFailed? = await ask(registry, trusting: []) else { return #expect(Bool(false)) }
    #expect(registry.requests.isEmpty)
  }

  @Test("Authorities that cannot be read are an error that says so")
  func missingRoots() async throws {
    let registry = try await Self.server(TestCertificates.server, TestCertificates.serverKey)
    let expected = UpstreamFailure.tlsFailed("/nonexistent.pem: No such file or directory")
    #expect(await ask(registry, trusting: ["/nonexistent.pem"]) == expected)
  }

  @Test("A name fixed to an address is dialled there, and still has to prove that it is that name")
  func pinned() async throws {
    let registry = try await Self.server(TestCertificates.server, TestCertificates.serverKey)
    var bench = Bench([])
    bench.settings.trustRoots = [authority.path]
    let dialer = Dialer(
      settings: bench.settings,
      transport: bench.transport,
      limits: Limits(),
      log: Logger(label: "test")
    )
    let ask = UpstreamRequest(method: .get, repository: name, path: "/")
    let loopback = try #require(IPAddress(parsing: "127.0.0.1"))
    // The certificate names the address too; that alone must not do.
    for (host, expected) in [("cdn.example", nil), ("other.example", "certificate is for another host")] {
      let url = try #require(WebURL(parsing: "https://\(host):\(registry.port)/"))
      do throws(UpstreamFailure) {
        _ = try await dialer.exchange(BareRequest(ask, at: url), dialling: loopback)
        #expect(expected == nil)
      } catch {
        #expect(expected.map(UpstreamFailure.tlsFailed) == error)
      }
    }
    #expect(registry.requests.map { $0.headers["Host"] } == [["cdn.example:\(registry.port)"]])
    await bench.transport.shutdown()
    await registry.stop()
  }

  @Test(
    "Names of certificates",
    arguments: [
      ("r.example", "r.example", true), ("R.Example", "r.example", true), ("r.example.", "r.example", true),
      ("*.example.org", "a.example.org", true), ("*.example.org", "a.b.example.org", false),
      ("*.example.org", "example.org", false), ("*.example.org", ".example.org", false),
      ("*.org", "example.org", false),
      ("*", "example", false), ("a*.example.org", "ab.example.org", false), ("*.*.org", "a.b.org", false),
      ("a.*.org", "a.b.org", false), ("", "r.example", false), ("r.example", "", false),
      ("127.0.0.1", "r.example", false),
    ]
  )
  func names(name: String, host: String, expected: Bool) {
    #expect(CertificateNames.covers(name, host) == expected)
  }
}
