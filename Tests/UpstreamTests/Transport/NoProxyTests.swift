import Testing

@testable import Upstream

@Suite("NO_PROXY")
struct NoProxyTests {
  private static let rows: [(list: String, origin: String, isCovered: Bool)] = [
    ("", "https://r.example", false),
    ("*", "https://r.example", true),
    ("r.example", "https://r.example", true),
    ("R.Example", "https://r.example.", true),
    ("example", "https://r.example", true),
    ("xample", "https://r.example", false),
    (".r.example", "https://r.example", false),
    (".example", "https://r.example", true),
    ("*.example", "https://r.example", true),
    ("*.r.example", "https://r.example", false),
    ("r.*", "https://r.example", false),
    ("a.example, r.example", "https://r.example", true),
    ("a.example r.example", "https://r.example", true),
    ("r.example:443", "https://r.example", true),
    ("r.example:443", "https://r.example:5000", false),
    ("example:5000", "http://r.example:5000", true),
    ("r.example:none", "https://r.example", false),
    ("192.0.2.7", "https://192.0.2.7", true),
    ("192.0.2.7:443", "https://192.0.2.7", true),
    ("192.0.2.7:444", "https://192.0.2.7", false),
    ("2.7", "https://192.0.2.7", false),
    ("192.0.2.0/24", "https://192.0.2.7", true),
    ("192.0.2.0/24", "https://192.0.3.7", false),
    ("0.0.0.0/0", "https://192.0.2.7", true),
    ("0.0.0.0/0", "https://[2001:db8::7]", false),
    ("192.0.2.0/33", "https://192.0.2.7", false),
    ("192.0.2.0/24", "https://r.example", false),
    ("2001:db8::7", "https://[2001:db8::7]", true),
    ("[2001:db8::7]", "https://[2001:db8::7]", true),
    ("[2001:db8::7]:443", "https://[2001:db8::7]", true),
    ("[2001:db8::7]:444", "https://[2001:db8::7]", false),
    ("2001:db8::/32", "https://[2001:db8:1::7]", true),
    ("2001:db8::/32", "https://[2001:db9::7]", false),
    ("2001:db8::/96", "https://[2001:db8::7]", true),
    ("2001:db8::/96", "https://[2001:db8::1:0:7]", false),
  ]

  @Test("What is covered", arguments: rows)
  func covers(list: String, origin: String, isCovered: Bool) throws {
    #expect(NoProxy(parsing: list).covers(try #require(Origin(parsing: origin))) == isCovered)
  }

  private func proxy(_ variables: [String: String], _ origin: String) throws -> String? {
    try ProxyEnvironment(ProcessEnvironment(variables)).proxy(for: try #require(Origin(parsing: origin)))?.description
  }

  @Test("Each scheme has its variable, upper case goes first, and this machine needs none")
  func environment() throws {
    let both = [
      "HTTPS_PROXY": "http://a:1", "HTTP_PROXY": "b:2", "http_proxy": "http://c:3", "NO_PROXY": "near.example",
    ]
    #expect(try proxy(both, "https://r.example") == "http://a:1")
    #expect(try proxy(both, "http://r.example") == "http://b:2")
    #expect(try proxy(["http_proxy": "http://c:3", "HTTP_PROXY": ""], "http://r.example") == "http://c:3")
    #expect(try proxy(["HTTP_PROXY": "http://b:2"], "https://r.example") == nil)
    #expect(try proxy(["https_proxy": "http://a:1", "no_proxy": "example"], "https://r.example") == nil)
    for near in ["https://near.example", "https://localhost", "https://127.0.0.1", "https://[::1]:5000"] {
      #expect(try proxy(both, near) == nil)
    }
  }

  @Test(
    "What Berth cannot use is an error and not a way around",
    arguments: ["socks5://a:1", "https://a:1", "http://"]
  )
  func unusable(value: String) {
    #expect(throws: UpstreamFailure.self) { try proxy(["HTTPS_PROXY": value], "https://r.example") }
    #expect(throws: Never.self) { try proxy(["HTTPS_PROXY": value, "NO_PROXY": "*"], "https://r.example") }
  }
}
