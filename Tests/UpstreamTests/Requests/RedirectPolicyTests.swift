import Testing

@testable import Upstream

@Suite("Redirects")
struct RedirectPolicyTests {
  private func target(_ location: String?, from url: String, hops: Int = 0) throws -> String {
    let base = try #require(WebURL(parsing: url))
    return try RedirectPolicy.target(of: location, from: base, hops: hops, maxHops: 5).text
  }

  @Test("Another host, another scheme upwards, and the same host are followed")
  func followed() throws {
    #expect(try target("https://cdn.example/x?sig=1", from: "https://r.example/v2/") == "https://cdn.example/x?sig=1")
    #expect(try target("https://r.example/x", from: "http://r.example/v2/") == "https://r.example/x")
    #expect(try target("http://cdn.example/x", from: "http://r.example/v2/") == "http://cdn.example/x")
    #expect(try target("/x", from: "https://r.example/v2/", hops: 4) == "https://r.example/x")
  }

  @Test("The way down to plain HTTP is not")
  func downgrade() {
    #expect(throws: UpstreamFailure.redirectRefused("from https to http at cdn.example")) {
      try target("http://cdn.example/secret?sig=1", from: "https://r.example/v2/")
    }
  }

  @Test("Nor is a sixth redirect in a row")
  func tooMany() {
    #expect(throws: UpstreamFailure.redirectRefused("more than 5 in a row")) {
      try target("https://a/", from: "https://r.example/", hops: 5)
    }
  }

  @Test("A redirect has to say where to", arguments: [nil, "", "ftp://x/", "https://user:password@x/"])
  func unusable(location: String?) {
    #expect(throws: UpstreamFailure.protocolViolation("redirect without a usable Location")) {
      try target(location, from: "https://r.example/")
    }
  }

  @Test("Only five statuses redirect a GET")
  func statuses() { #expect((300..<400).filter(RedirectPolicy.isRedirect) == [301, 302, 303, 307, 308]) }
}
