import Testing

@testable import Access

@Suite struct NamePatternTests {
  @Test(arguments: [
    ("**", "docker.io/library/alpine", true),
    ("**", "acme", true),
    ("acme/**", "acme", true),
    ("acme/**", "acme/a/b/c", true),
    ("acme/**", "acmes/a", false),
    ("acme/*", "acme", false),
    ("acme/*", "acme/a", true),
    ("acme/*", "acme/a/b", false),
    ("**/base", "a/b/base", true),
    ("**/base", "base", true),
    ("**/base", "a/bases", false),
    ("docker.io/**/x", "docker.io/x", true),
    ("team-*", "team-", true),
    ("team-*", "team-a/b", false),
    ("*a*b*", "xxaxxbxx", true),
    ("*a*b*", "bbaa", false),
    ("ci:acme/*", "ci:acme/app", true),
    ("ci:acme/*", "ci:acme", false),
    ("acme", "Acme", false),
  ])
  func matches(pattern: String, name: String, expected: Bool) throws {
    #expect(try #require(NamePattern(parsing: pattern)).matches(name) == expected)
  }

  @Test(arguments: ["", "a//b", "/a", "a/", "a**", "**a", "a/b**c", String(repeating: "a", count: 513)])
  func refuses(pattern: String) {
    #expect(NamePattern(parsing: pattern) == nil)
  }

  @Test func namesOfCertificatesAreURLs() throws {
    let pattern = try #require(NamePattern(parsing: "cert:spiffe://acme/*", allowsEmptySegments: true))
    #expect(pattern.matches("cert:spiffe://acme/builder"))
    #expect(!pattern.matches("cert:spiffe:/acme/builder") && !pattern.matches("cert:spiffe://other/builder"))
  }

  @Test func manyStarsTakeNoLongTime() throws {
    let pattern = try #require(NamePattern(parsing: Array(repeating: "**", count: 100).joined(separator: "/") + "/x"))
    #expect(!pattern.matches(Array(repeating: "a", count: 2_000).joined(separator: "/")))
    let glob = try #require(NamePattern(parsing: String(repeating: "a*", count: 200) + "b"))
    #expect(!glob.matches(String(repeating: "a", count: 500)))
  }
}
