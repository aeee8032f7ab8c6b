import Testing

@testable import Bundle

@Suite struct ImageNameTests {
  private static let digest = "sha256:" + String(repeating: "a", count: 64)

  @Test(arguments: [
    ("alpine", "docker.io/library/alpine:latest"),
    ("alpine:3.20", "docker.io/library/alpine:3.20"),
    ("acme/app", "docker.io/acme/app:latest"),
    ("docker.io/alpine:1", "docker.io/library/alpine:1"),
    ("index.docker.io/library/alpine:1", "docker.io/library/alpine:1"),
    ("registry-1.docker.io/alpine:1", "docker.io/library/alpine:1"),
    ("localhost:5000/app:1", "localhost:5000/app:1"),
    ("quay.io/team/app@\(digest)", "quay.io/team/app@\(digest)"),
    ("quay.io/team/app:1@\(digest)", "quay.io/team/app:1@\(digest)"),
  ])
  func asPeopleWriteThem(_ text: String, _ full: String) throws {
    #expect(try ImageName(parsing: text).description == full)
  }

  @Test(arguments: ["", ":1", "app:", "app@", "app@sha256:12", "App", "quay.io/", "a/../b", "app:1:2", "https://a/b"])
  func notNames(_ text: String) {
    #expect(throws: BundleError.self) { try ImageName(parsing: text) }
  }
}
