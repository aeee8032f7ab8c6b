import HTTPServer
import NIOHTTP1
import OCI
import PullThrough
import Testing
import Upstream

@testable import RegistryAPI

/// Names that a web page can have point at this machine are not answered to.
@Suite struct HostRuleTests {
  private let upstreams: UpstreamNames

  init() throws {
    let hub = try UpstreamName(parsing: "docker.io")
    let endpoint = try #require(Endpoint(parsing: "https://docker.io"))
    upstreams = UpstreamNames(
      [UpstreamSettings(name: hub, endpoints: [endpoint])],
      hosts: [try UpstreamName(parsing: "hub.mirror.example"): hub],
      defaultUpstream: hub
    )
  }

  private func isRefused(_ host: String?, at address: ListeningOptions.Address) -> Bool {
    let options = ListeningOptions(address: address, hosts: ["Registry.internal.example:5000"])
    return HostRule(options, externalHost: "berth.example:8443").refusal(of: host, among: upstreams) != nil
  }

  static let answered: [String?] = [
    nil, "", "127.0.0.1:5000", "10.0.0.7", "[::1]:5000", "[2001:db8::1]", "localhost:5000", "LOCALHOST", "localhost.",
    "x", "registry:5000", "app.localhost", "a.b.localhost:5000", "host.docker.internal:5000", "hub.mirror.example",
    "hub.mirror.example:5000", "HUB.mirror.example.", "berth.example", "berth.example:5000",
    "registry.internal.example",
  ]
  static let refused: [String?] = [
    "evil.example", "evil.example:5000", "EVIL.example.", "127.0.0.1.evil.example", "1.2.3", "1.2.3.4.5", "256.1.1.1",
    "localhost.evil.example", "xlocalhost.example", "[evil.example]", "[evil]:5000", "[]", "berth.example.evil.example",
    "evil.example#127.0.0.1", ".localhost.x.",
  ]

  @Test(arguments: answered)
  func answersToItsNames(_ host: String?) {
    #expect(!isRefused(host, at: .tcp(host: "127.0.0.1", port: 5000)))
  }

  @Test(arguments: refused)
  func answersToNoOthers(_ host: String?) {
    for loopback in ["127.0.0.1", "127.1.2.3", "::1", "localhost"] {
      #expect(isRefused(host, at: .tcp(host: loopback, port: 5000)))
    }
  }

  @Test(arguments: refused)
  func aListenerThatOthersReachAnswersToAll(_ host: String?) {
    for address in ["0.0.0.0", "::", "192.0.2.1"] { #expect(!isRefused(host, at: .tcp(host: address, port: 5000))) }
    #expect(!isRefused(host, at: .unix(path: "/run/berth.sock")))
  }

  @Test func theRefusalNamesTheNameAndTheKeys() throws {
    let rule = HostRule(ListeningOptions(address: .tcp(host: "127.0.0.1", port: 5000)), externalHost: nil)
    let refusal = try #require(rule.refusal(of: "evil.example:5000"))
    for part in ["evil.example", "hosts:", "externalURL:"] { #expect(refusal.contains(part)) }
  }
}

/// Which pages may read answers.
@Suite struct BrowserOriginsTests {
  private let browsers = BrowserOrigins(origins: ["https://ui.example"])

  private func request(_ method: HTTPMethod, _ headers: HTTPHeaders) -> Request {
    Request(method: method, target: "/v2/", headers: headers, body: nil)
  }

  private func fields(_ browsers: BrowserOrigins, origin: String?) -> HTTPHeaders {
    var headers: HTTPHeaders = [:]
    if let origin { headers.add(name: "Origin", value: origin) }
    guard case .now(let reply) = browsers.readable(.now(Ping.reply), to: request(.GET, headers)) else { return [:] }
    return reply.headers
  }

  @Test func aListedPageMayRead() {
    let headers = fields(browsers, origin: "https://ui.example")
    #expect(headers["access-control-allow-origin"] == ["https://ui.example"])
    #expect(headers.first(name: "access-control-expose-headers")?.contains("Docker-Content-Digest") == true)
    #expect(headers["vary"] == ["Origin"])
  }

  @Test(arguments: [nil, "https://evil.example", "http://ui.example", "https://ui.example:8443", "null", "*"])
  func noOtherMay(_ origin: String?) {
    #expect(fields(browsers, origin: origin)["access-control-allow-origin"].isEmpty)
    #expect(fields(browsers, origin: origin)["vary"] == ["Origin"])
    let preflight: HTTPHeaders = ["Origin": origin ?? "", "Access-Control-Request-Method": "GET"]
    #expect(browsers.preflight(of: request(.OPTIONS, preflight)) == nil)
  }

  @Test func nothingIsSaidByDefault() {
    #expect(fields(BrowserOrigins(origins: []), origin: "https://ui.example") == Ping.reply.headers)
  }

  @Test func theQuestionBeforeIsAnswered() throws {
    let question: HTTPHeaders = ["Origin": "https://ui.example", "Access-Control-Request-Method": "GET"]
    let reply = try #require(browsers.preflight(of: request(.OPTIONS, question)))
    #expect(reply.status == .noContent)
    #expect(reply.headers["access-control-allow-methods"] == ["GET, HEAD, OPTIONS"])
    #expect(browsers.preflight(of: request(.GET, question)) == nil)
    #expect(browsers.preflight(of: request(.OPTIONS, ["Origin": "https://ui.example"])) == nil)
  }
}
