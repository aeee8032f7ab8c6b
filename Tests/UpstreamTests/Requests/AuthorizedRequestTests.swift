import NIOHTTP1
import OCI
import Testing

@testable import Upstream

@Suite("Who may see a credential")
struct AuthorizedRequestTests {
  private let origin = Origin(scheme: .https, host: "r.example", port: 443)
  private let ask = UpstreamRequest(method: .get, repository: Sample.name("a/b"), path: "/v2/a/b/blobs/x")

  @Test(
    "A proof cannot be put into a request to another origin",
    arguments: [
      "http://r.example/v2/", "https://r.example:8443/v2/", "https://r.example.evil.example/", "https://cdn.example/",
    ]
  )
  func bound(url: String) throws {
    let proof = Authorization.basic("user", Secret("password"), for: origin)
    let target = try #require(WebURL(parsing: url))
    #expect(AuthorizedRequest(ask, at: target, showing: proof) == nil)
    #expect(AuthorizedRequest(ask, at: target, showing: nil)?.headers.contains(name: "Authorization") == false)
  }

  @Test("Its own origin sees it")
  func shown() throws {
    let target = try #require(WebURL(parsing: "https://R.example:443/v2/a/b/blobs/x"))
    let basic = Authorization.basic("user", Secret("password"), for: origin)
    let request = try #require(AuthorizedRequest(ask, at: target, showing: basic))
    #expect(request.headers["Authorization"] == ["Basic dXNlcjpwYXNzd29yZA=="])
    let bearer = Authorization.bearer(Secret("t0ken"), for: origin)
    #expect(AuthorizedRequest(ask, at: target, showing: bearer)?.headers["Authorization"] == ["Bearer t0ken"])
  }

  @Test("Behind a redirect, a token goes only to the origin that gave it")
  func anonymousToken() throws {
    let token = AnonymousToken(origin: origin, value: Secret("public"))
    let home = try #require(WebURL(parsing: "https://r.example/x"))
    let away = try #require(WebURL(parsing: "https://s.example/x"))
    #expect(BareRequest(ask, at: home, token: token).headers["Authorization"] == ["Bearer public"])
    #expect(BareRequest(ask, at: away, token: token).headers["Authorization"].isEmpty)
  }

  @Test("A proof does not print what it proves")
  func hidden() {
    let proof = Authorization.basic("user", Secret("hunter2"), for: origin)
    #expect(!"\(proof)".contains("aHVudGVyMg"))
    #expect(!String(reflecting: proof).contains("dXNlcjpodW50ZXIy"))
  }
}
