import Testing

@testable import Upstream

@Suite("URLs")
struct WebURLTests {
  @Test(
    "Path and query are kept byte for byte, because a signature may cover them",
    arguments: [
      "https://cdn.example/blob?X-Amz-Signature=a%2Fb%3D&x=%20", "https://cdn.example/a%2Fb//c;d=1,2?q=a/b?c:@!$'()*",
      "https://cdn.example:8443/", "http://[2001:db8::1]:80/x".replacing(":80/", with: "/"),
    ]
  )
  func roundTrips(text: String) { #expect(WebURL(parsing: text)?.text == text) }

  @Test(
    "What may not stand in a URL is encoded; a stray percent sign too",
    arguments: [
      ("https://a/b c", "https://a/b%20c"), ("https://a/ä", "https://a/%C3%A4"), ("https://a/100%", "https://a/100%25"),
      ("https://a/%zz", "https://a/%25zz"), ("https://a/x\"<>y", "https://a/x%22%3C%3Ey"),
      ("https://a?x={1}", "https://a/?x=%7B1%7D"), ("https://a/b#fragment", "https://a/b"),
      ("https://a/\r\nHost: b", "https://a/%0D%0AHost:%20b"), ("https://a/b?\u{301}c", "https://a/b?%CC%81c"),
      ("https://a/\u{301}b", "https://a/%CC%81b"), ("https://a/b#\u{301}c", "https://a/b"),
    ]
  )
  func encodes(text: String, expected: String) { #expect(WebURL(parsing: text)?.text == expected) }

  @Test(
    "A host that another reader could see differently is refused",
    arguments: [
      "https://good.example@evil.example/", "https://good.example\\@evil.example/", "https://evil.example%00.good/",
      "https://evil.example%2Fgood/", "https://a b/", "https://ｅxample.org/", "https://\u{212A}8s.example/",
      "https://[::ffff:127.0.0.1/",
      "https://a:b:c/", "https://:443/", "https:/a", "https:a", "javascript:alert(1)", "file:///etc/passwd",
    ]
  )
  func refuses(text: String) { #expect(WebURL(parsing: text) == nil) }

  @Test(
    "A Location is read against the URL that sent it",
    arguments: [
      ("https://b.example/y", "https://b.example/y"), ("//b.example/y?z", "https://b.example/y?z"),
      ("/y?z=1", "https://a.example/y?z=1"), ("?z=1", "https://a.example/v2/x?z=1"), ("y", "https://a.example/v2/y"),
      ("y?u=https://b/", "https://a.example/v2/y?u=https://b/"), ("?\u{301}", "https://a.example/v2/x?%CC%81"),
      ("/\u{301}", "https://a.example/%CC%81"), ("//b.example/\u{301}", "https://b.example/%CC%81"),
    ]
  )
  func resolves(reference: String, expected: String) throws {
    let base = try #require(WebURL(parsing: "https://a.example/v2/x?old=1"))
    #expect(base.resolving(reference)?.text == expected)
  }

  @Test(
    "What a Location cannot be",
    arguments: ["", "#x", "#\u{301}", "ftp://b/", "mailto:x@y", "//", "//user@b/", "http://"]
  )
  func unresolvable(reference: String) throws {
    let base = try #require(WebURL(parsing: "https://a.example/v2/x"))
    #expect(base.resolving(reference) == nil)
  }

  @Test("Parameters are added behind a realm's own")
  func appends() throws {
    let realm = try #require(WebURL(parsing: "https://auth.example/token?tenant=1"))
    let url = realm.appendingQuery([("service", "registry.example"), ("scope", "repository:a/b:pull")])
    #expect(
      url.text == "https://auth.example/token?tenant=1&service=registry.example&scope=repository%3Aa%2Fb%3Apull"
    )
    #expect(realm.appendingQuery([]).text == realm.text)
  }

  @Test("A URL of any length ends somewhere")
  func bounded() { #expect(WebURL(parsing: "https://a/" + String(repeating: "x", count: 9_000)) == nil) }
}
