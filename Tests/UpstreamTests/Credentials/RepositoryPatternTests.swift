import Testing

@testable import Upstream

@Suite("Repository patterns")
struct RepositoryPatternTests {
  @Test(
    "Matches",
    arguments: [
      ("acme/app", "acme/app", true), ("acme/app", "acme/apps", false), ("acme/*", "acme/app", true),
      ("acme/*", "acme/team/app", false), ("acme/**", "acme/team/app", true), ("acme/**", "acme", true),
      ("acme/**", "acmes/app", false), ("**", "a/b/c", true), ("**", "a", true), ("*", "a", true), ("*", "a/b", false),
      ("*/base", "team/base", true), ("**/base", "base", true), ("**/base", "a/b/base", true),
      ("**/base", "a/b/bases", false), ("a*c", "abbc", true), ("a*c", "abbd", false),
      ("a*b*c", "aXbYc".lowercased(), true),
      ("acme-*/app", "acme-dev/app", true), ("a/**/z", "a/z", true), ("a/**/z", "a/b/c/z", true),
      ("a/**/z", "a/b/c", false), ("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
    ]
  )
  func matches(pattern: String, name: String, expected: Bool) throws {
    #expect(try #require(RepositoryPattern(parsing: pattern)).matches(Sample.name(name)) == expected)
  }

  @Test("Not patterns", arguments: ["", "/a", "a/", "a//b", "A", "a**", "***", "a b", "a:b", "ä"])
  func refuses(text: String) { #expect(RepositoryPattern(parsing: text) == nil) }
}
