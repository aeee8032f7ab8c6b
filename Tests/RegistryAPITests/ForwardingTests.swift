import Access
import HTTPServer
import NIOHTTP1
import Testing

@testable import RegistryAPI

/// Where requests come from, and by which name their clients know this Berth.
@Suite struct ForwardingTests {
  static let proxy = Peer.Address.ipv4(0x0a00_0001)
  static let stranger = Peer.Address.ipv4(0xc000_0207)
  let proxies: TrustedProxies

  init() throws { proxies = TrustedProxies([try OriginPattern(parsing: "10.0.0.1")]) }

  private func request(_ headers: HTTPHeaders, from peer: Peer.Address, isOverTLS: Bool = false) -> Request {
    Request(method: .GET, target: "/v2/", headers: headers, peer: Peer(peer, isOverTLS: isOverTLS))
  }

  private func origin(_ headers: HTTPHeaders, from peer: Peer.Address) -> ClientOrigin {
    RequestSource(request(headers, from: peer), trusting: proxies).origin
  }

  @Test(arguments: [
    "Forwarded", "forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-FORWARDED-HOST", "X-Real-IP", "x-real-ip",
    "Via", "VIA",
  ])
  func fieldsOfProxiesTakeTheOriginOfStrangers(field: String) {
    let headers: HTTPHeaders = ["Host": "berth", field: "10.9.9.9"]
    #expect(origin(headers, from: Self.stranger) == .unknown)
    #expect(ForwardingFields.report(in: headers).namesProxy)
  }

  @Test(arguments: ["Host", "Vi", "Viaa", "X-Forward", "X-Real-IPs", "Forwarded-For", "X", "", "Accept", "User-Agent"])
  func otherFieldsMeanNothing(field: String) throws {
    let headers: HTTPHeaders = [field: "10.9.9.9"]
    #expect(origin(headers, from: Self.stranger) == .address(NetworkAddress(ipv4: 0xc000_0207)))
  }

  @Test func trustedProxiesNameTheirClients() throws {
    let client = try #require(NetworkAddress(parsing: "192.0.2.7"))
    #expect(origin(["X-Forwarded-For": "6.6.6.6, 192.0.2.7"], from: Self.proxy) == .address(client))
    #expect(origin(["X-Forwarded-For": "192.0.2.7, 10.0.0.1"], from: Self.proxy) == .address(client))
    #expect(origin(["Via": "1.1 proxy"], from: Self.proxy) == .unknown, "a client, but which?")
    #expect(origin([:], from: Self.proxy) == .address(NetworkAddress(ipv4: 0x0a00_0001)), "the proxy itself")
  }

  @Test func unixAndUnknownPeers() {
    #expect(origin([:], from: .unix) == .unix)
    #expect(origin(["Via": "x"], from: .unix) == .unknown)
    #expect(origin([:], from: .unknown) == .unknown)
  }

  private func base(
    _ headers: HTTPHeaders,
    from peer: Peer.Address = stranger,
    isOverTLS: Bool = false,
    externalURL: String? = nil
  ) -> String {
    let request = request(headers, from: peer, isOverTLS: isOverTLS)
    return ServiceAddress(externalURL: externalURL)
      .base(for: request, from: RequestSource(request, trusting: proxies))
  }

  @Test func clientsStayWithTheNameThatTheyUse() {
    #expect(base(["Host": "berth.example:5000"]) == "http://berth.example:5000")
    #expect(base(["Host": "berth.example"], isOverTLS: true) == "https://berth.example")
    #expect(base(["Host": "[::1]:5000"]) == "http://[::1]:5000")
    #expect(base(["Host": "a"], externalURL: "https://berth.example") == "https://berth.example")
    #expect(base([:]) == "http://localhost")
  }

  @Test func onlyTrustedProxiesSayOtherwise() {
    let headers: HTTPHeaders = [
      "Host": "inside", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https",
      "X-Forwarded-Host": "berth.example, inside",
    ]
    #expect(base(headers, from: Self.proxy) == "https://berth.example")
    #expect(base(headers, from: Self.stranger) == "http://inside")
  }

  @Test(arguments: ["a\"b", "a b", "a,b", "a/b", "", "a\\b", "ä", String(repeating: "a", count: 256)])
  func whatCouldEndAQuotedStringIsNoName(host: String) {
    #expect(base(["Host": host]) == "http://localhost")
  }

  @Test func challenges() {
    let challenge = Challenge(base: "https://berth.example:5000", scope: "repository:a/b:pull")
    let start = #"Bearer realm="https://berth.example:5000/v2/token",service="berth.example:5000""#
    #expect(challenge.value(because: nil) == start + #",scope="repository:a/b:pull""#)
    #expect(Challenge(base: "https://berth.example:5000").value(because: nil) == start)
    #expect(
      challenge.value(because: .insufficientScope)
        == start + #",scope="repository:a/b:pull",error="insufficient_scope""#
    )
  }

  @Test func scopes() {
    #expect(Challenge.scope(of: "a/b", needing: .pull) == "repository:a/b:pull")
    #expect(Challenge.scope(of: "a/b", needing: .push) == "repository:a/b:pull,push")
    #expect(Challenge.scope(of: "a/b", needing: .delete) == "repository:a/b:delete")
    #expect(Challenge.scope(of: "a\"b", needing: .pull) == nil)
    #expect(Challenge.scope(of: String(repeating: "a", count: 600), needing: .pull) == nil)
  }
}
