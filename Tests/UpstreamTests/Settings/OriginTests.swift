import OCI
import Testing

@testable import Upstream

@Suite("Origins and endpoints")
struct OriginTests {
  @Test(
    "An origin is scheme, host and port, and nothing else",
    arguments: [
      ("https://registry.example", "https://registry.example"),
      ("https://registry.example/", "https://registry.example"),
      ("HTTPS://Registry.Example:443", "https://registry.example"),
      ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
      ("http://localhost:80", "http://localhost"),
      ("https://[2001:DB8::1]:5000", "https://[2001:db8::1]:5000"),
    ]
  )
  func parses(text: String, expected: String) throws {
    let origin = try #require(Origin(parsing: text))
    #expect(origin.description == expected)
    #expect(Origin(parsing: origin.description) == origin)
  }

  @Test(
    "What is not an origin is refused",
    arguments: [
      "", "registry.example", "ftp://registry.example", "https://", "https:///", "https://registry.example/v2/",
      "https://user@registry.example", "https://registry.example?x", "https://registry.example:0",
      "https://registry.example:65536", "https://registry.example:5a", "https://a..b", "https://.a",
      "https://[::1", "https://[127.0.0.1]", "https://regi stry", "https://exämple.org", "https://a\\@b",
    ]
  )
  func refuses(text: String) { #expect(Origin(parsing: text) == nil) }

  @Test("Ports and schemes make origins different")
  func differ() {
    let texts = ["https://a", "http://a", "https://a:5000", "https://b", "http://a:443"]
    #expect(Set(texts.compactMap { Origin(parsing: $0) }).count == texts.count)
  }

  @Test(
    "An endpoint may have a path in front of /v2/",
    arguments: [
      ("https://registry.example", ""), ("https://registry.example/", ""),
      ("https://registry.example/mirror", "/mirror"), ("https://registry.example/a/b/", "/a/b"),
    ]
  )
  func endpointPrefix(text: String, prefix: String) throws {
    #expect(try #require(Endpoint(parsing: text)).pathPrefix == prefix)
  }

  @Test(
    "An endpoint may be a project, with a path before it",
    arguments: [
      ("https://harbor.example/v2/hub-proxy", "", "hub-proxy"), ("https://harbor.example/v2/a/b/", "", "a/b"),
      ("https://harbor.example/mirror/v2/hub", "/mirror", "hub"),
    ]
  )
  func endpointProject(text: String, prefix: String, project: String) throws {
    let endpoint = try #require(Endpoint(parsing: text))
    #expect(endpoint.pathPrefix == prefix && endpoint.project?.description == project)
    #expect(Endpoint(parsing: endpoint.description) == endpoint)
    #expect(endpoint.name(of: Sample.name("library/app")).description == "\(project)/library/app")
    #expect(endpoint.name(of: Sample.name(String(repeating: "a", count: 255))).description.hasPrefix("aaa"))
  }

  @Test("A project is a name", arguments: ["https://a/v2/A", "https://a/v2/a//b", "https://a/v2/-"])
  func noProject(text: String) { #expect(Endpoint(parsing: text) == nil) }

  @Test("An endpoint has neither query nor fragment", arguments: ["https://a/?x=1", "https://a/#x", "a", "//a"])
  func endpointRefuses(text: String) { #expect(Endpoint(parsing: text) == nil) }
}
