import OCI
import Testing

@Suite struct ScopeTests {
  static let scopes: [(String, String, String, [String])] = [
    ("repository:library/alpine:pull", "repository", "library/alpine", ["pull"]),
    ("repository:a:pull,push", "repository", "a", ["pull", "push"]),
    ("repository:host.example:5000/a/b:pull", "repository", "host.example:5000/a/b", ["pull"]),
    ("registry:catalog:*", "registry", "catalog", ["*"]),
    ("repository(plugin):a:pull", "repository", "a", ["pull"]),
    ("repository:a:", "repository", "a", []),
  ]

  @Test(arguments: scopes)
  func splitsAtTheFirstAndTheLastColon(_ text: String, _ type: String, _ name: String, _ actions: [String]) throws {
    let scope = try Scope(parsing: text)
    #expect(scope.type == type)
    #expect(scope.name == name)
    #expect(scope.actions == actions)
  }

  @Test(arguments: [
    "", "aws", ":", "::", "repository:", "repository:a", "repository::pull", "(x):a:pull", "R:a:b",
    "repository:a b:pull", "repository:é:pull", "repository:a\r\n:pull",
  ])
  func refuses(_ text: String) {
    #expect(throws: OCIError.invalidScope(text.excerpt)) { try Scope(parsing: text) }
  }

  @Test func pullIsWhatRegistriesAskFor() throws {
    let scope = Scope.pull(try RepositoryName(parsing: "library/alpine"))
    #expect(scope.description == "repository:library/alpine:pull")
    #expect(try Scope(parsing: scope.description) == scope)
  }
}
