import OCI
import PullThrough
import Testing
import Upstream

@testable import Administration

/// Which images an operator's pattern means.
@Suite struct ImagePatternTests {
  let names: UpstreamNames

  init() throws {
    func upstream(_ name: String) throws -> UpstreamSettings {
      let endpoint = try #require(Endpoint(parsing: "https://\(name)"))
      return UpstreamSettings(name: try UpstreamName(parsing: name), endpoints: [endpoint])
    }
    var hub = try upstream("docker.io")
    hub.impliesLibrary = true
    names = UpstreamNames([hub, try upstream("ghcr.io")], defaultUpstream: hub.name)
  }

  @Test(arguments: [
    ("alpine", "docker.io/library/alpine"),
    ("alpine:3.*", "docker.io/library/alpine:3.*"),
    ("acme/*", "docker.io/acme/*"),
    ("docker.io/alpine", "docker.io/library/alpine"),
    ("ghcr.io/**", "ghcr.io/**"),
    ("*", "**"),
    ("**:latest", "**:latest"),
    ("gone.example:5000/x", "gone.example:5000/x"),
  ])
  func isCompleted(_ text: String, _ full: String) throws {
    #expect(try ImagePattern(parsing: text, among: names).description == full)
  }

  @Test(arguments: [
    ("alpine", "alpine:3.20", true),
    ("alpine:3.*", "alpine:3.20", true),
    ("alpine:3.*", "alpine:2.6", false),
    ("alpine:3.2?", "alpine:3.20", true),
    ("alp*", "alpine:1", true),
    ("docker.io/*", "docker.io/acme/app:1", false),
    ("docker.io/**", "docker.io/acme/app:1", true),
    ("acme/*", "acme/app/part:1", false),
    ("acme/**", "acme/app/part:1", true),
    ("ghcr.io/**", "docker.io/acme/app:1", false),
    ("*", "ghcr.io/a/b/c:1", true),
  ])
  func means(_ pattern: String, _ image: String, _ isMeant: Bool) throws {
    let name = try ImageName(parsing: image, among: names)
    #expect(try ImagePattern(parsing: pattern, among: names).matches(name) == isMeant)
  }

  @Test func neverMeansADigest() throws {
    let name = try ImageName(parsing: "alpine@sha256:\(String(repeating: "0", count: 64))", among: names)
    #expect(try !ImagePattern(parsing: "*", among: names).matches(name))
  }

  @Test(arguments: ["", "a b", "ä", "a\n", String(repeating: "x", count: 513)])
  func isRefused(_ text: String) {
    #expect(throws: OperationError.self) { try ImagePattern(parsing: text, among: names) }
  }

  @Test func manyStarsTakeNoTime() {
    let pattern = GlobPattern(String(repeating: "*a", count: 200))
    #expect(!pattern.matches(String(repeating: "a", count: 400) + "b"))
  }
}
