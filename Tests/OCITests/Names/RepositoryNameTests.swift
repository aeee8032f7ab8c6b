import OCI
import Testing

@Suite struct RepositoryNameTests {
  @Test(arguments: [
    "a", "0", "alpine", "library/alpine", "a/b/c/d/e/f", "a.b", "a_b", "a__b", "a-b", "a--b", "a-----b",
    "a.b_c__d-e/f.g",
    "docker.io/library/alpine", "127.0.0.1/x", String(repeating: "a", count: 255),
  ])
  func reads(_ text: String) throws {
    #expect(try RepositoryName(parsing: text).description == text)
  }

  @Test(arguments: [
    "", "/", "a/", "/a", "a//b", ".", "..", "a/../b", "a/..", "../a", "a/./b", ".a", "a.", "a..b", "_a", "a_", "a___b",
    "-a", "a-", "a-.b", "a._b", "a_-b", "a-_b", "a_.b", "A", "library/Alpine", "a b", "a\tb", "a\nb", "a\r\nb", "a\0b",
    "a%2fb", "a%2e%2e", "é", "a/é", "а", "a:b", "a@b", "a?b", "a#b", "a\\b", "a/b:5000", "localhost:5000/a",
    String(repeating: "a", count: 256), String(repeating: "a/", count: 128), "a\u{301}",
  ])
  func refuses(_ text: String) {
    #expect(throws: OCIError.invalidRepositoryName(text.excerpt)) { try RepositoryName(parsing: text) }
  }

  @Test func takesItselfApart() throws {
    let name = try RepositoryName(parsing: "docker.io/library/alpine")
    #expect(name.components == ["docker.io", "library", "alpine"])
    #expect(try RepositoryName(parsing: "alpine").components == ["alpine"])
  }
}
