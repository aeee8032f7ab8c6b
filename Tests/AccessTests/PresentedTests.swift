import OCI
import Testing

@testable import Access

@Suite struct PresentedTests {
  @Test(arguments: [
    ("Basic YW5uOnNlY3JldA==", Presented.basic(user: "ann", password: Secret("secret"))),
    ("basic   YW5uOmE6Yg==", .basic(user: "ann", password: Secret("a:b"))),
    ("Basic Og==", .nothing),
    ("Basic OnNlY3JldA==", .basic(user: "", password: Secret("secret"))),
    ("Basic YW5u", .malformed),
    ("Basic /w==", .malformed),
    ("Basic", .malformed),
    ("Basic !!!", .malformed),
    ("", .malformed),
    ("Bearer abc", .bearer(Secret("abc"))),
    ("BEARER abc", .bearer(Secret("abc"))),
    ("Bearer ", .malformed),
    ("Bearer a b", .malformed),
    ("Digest username=x", .malformed),
    ("Bearer \(String(repeating: "a", count: 1 << 20))", .malformed),
  ])
  func authorization(value: String, expected: Presented) {
    #expect(Presented(authorization: value) == expected)
  }
}

@Suite struct TrustedProxiesTests {
  private func origin(_ text: String) -> ClientOrigin {
    switch text {
    case "unix": .unix
    case "unknown": .unknown
    default: NetworkAddress(parsing: text).map(ClientOrigin.address) ?? .unknown
    }
  }

  @Test(arguments: [
    ("10.0.0.1", [], false, "10.0.0.1"),
    ("192.0.2.1", [], false, "192.0.2.1"),
    ("10.0.0.1", ["192.0.2.7"], true, "192.0.2.7"),
    ("10.0.0.1", ["198.51.100.1, 192.0.2.7"], true, "192.0.2.7"),
    ("10.0.0.1", ["198.51.100.1", "192.0.2.7,10.0.0.2"], true, "192.0.2.7"),
    ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], true, "10.0.0.3"),
    ("10.0.0.1", ["192.0.2.7:4711"], true, "192.0.2.7"),
    ("10.0.0.1", ["[2001:db8::1]:4711"], true, "2001:db8::1"),
    ("10.0.0.1", ["2001:db8::1"], true, "2001:db8::1"),
    ("10.0.0.1", ["::ffff:192.0.2.7"], true, "192.0.2.7"),
    ("::ffff:10.0.0.1", ["192.0.2.7"], true, "192.0.2.7"),
    ("unix", ["192.0.2.7"], true, "192.0.2.7"),
    ("10.0.0.1", ["unknown"], true, "unknown"),
    ("10.0.0.1", ["192.0.2.7, "], true, "unknown"),
    ("10.0.0.1", ["192.0.2.7, 10.0.0.2x"], true, "unknown"),
    ("10.0.0.1", [], true, "unknown"),
    ("192.0.2.1", ["10.0.0.9"], true, "unknown"),
    ("192.0.2.1", [], true, "unknown"),
    ("10.0.0.1", [String(repeating: "10.0.0.1,", count: 100) + "10.0.0.1"], true, "unknown"),
  ])
  func whoseRequestItIs(peer: String, forwardedFor: [String], namesProxy: Bool, expected: String) throws {
    let proxies = TrustedProxies([try OriginPattern(parsing: "10.0.0.0/8"), .unix])
    let report = TrustedProxies.Report(forwardedFor: forwardedFor, namesProxy: namesProxy)
    #expect(proxies.origin(of: origin(peer), report) == origin(expected))
  }
}
