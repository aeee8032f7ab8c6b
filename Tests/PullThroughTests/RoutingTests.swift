import OCI
import Testing
import Upstream

@testable import PullThrough

/// How a client may name an upstream, and what happens when it names none or a wrong one.
@Suite struct RoutingTests {
  let names: UpstreamNames

  init() throws {
    func upstream(_ name: String, aliases: [String] = []) throws -> UpstreamSettings {
      let endpoint = try #require(Endpoint(parsing: "https://\(name)"))
      return UpstreamSettings(
        name: try UpstreamName(parsing: name),
        aliases: try aliases.map { try UpstreamName(parsing: $0) },
        endpoints: [endpoint]
      )
    }
    var hub = try upstream("docker.io", aliases: ["index.docker.io", "registry-1.docker.io"])
    hub.impliesLibrary = true
    names = UpstreamNames(
      [hub, try upstream("quay.io"), try upstream("registry.example:5000")],
      hosts: [
        try UpstreamName(parsing: "quay.mirror.example"): try UpstreamName(parsing: "quay.io"),
        try UpstreamName(parsing: "mirror.example:8443"): try UpstreamName(parsing: "registry.example:5000"),
      ],
      ownName: try UpstreamName(parsing: "berth.example"),
      defaultUpstream: try UpstreamName(parsing: "docker.io")
    )
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var story: String
    var prefix: [String] = []
    var path: String
    var namespace: String?
    var host: String?
    var expected: String
    var testDescription: String { story }
  }

  @Test(arguments: [
    Case(story: "no hint means the default", path: "library/alpine", expected: "docker.io/library/alpine"),
    Case(story: "one segment on Docker Hub is an official image", path: "alpine", expected: "docker.io/library/alpine"),
    Case(story: "the first segment selects", path: "quay.io/org/app", expected: "quay.io/org/app"),
    Case(story: "one segment elsewhere stays one", path: "quay.io/app", expected: "quay.io/app"),
    Case(story: "a segment with a port selects", path: "registry.example:5000/a", expected: "registry.example:5000/a"),
    Case(story: "an alias selects", path: "index.docker.io/alpine", expected: "docker.io/library/alpine"),
    Case(story: "ns selects", path: "org/app", namespace: "quay.io", expected: "quay.io/org/app"),
    Case(story: "ns by alias", path: "a/b", namespace: "registry-1.docker.io", expected: "docker.io/a/b"),
    Case(story: "prefix and ns agree", path: "quay.io/a/b", namespace: "quay.io", expected: "quay.io/a/b"),
    Case(
      story: "prefix and ns agree by alias",
      path: "docker.io/alpine",
      namespace: "registry-1.docker.io",
      expected: "docker.io/library/alpine"
    ),
    Case(
      story: "a project that is called like another registry is reached through ns",
      path: "docker.io/library/alpine",
      namespace: "quay.io",
      expected: "quay.io/docker.io/library/alpine"
    ),
    Case(
      story: "and through a prefix",
      path: "quay.io/docker.io/library/alpine",
      expected: "quay.io/docker.io/library/alpine"
    ),
    Case(
      story: "and through both",
      path: "quay.io/docker.io/library/alpine",
      namespace: "quay.io",
      expected: "quay.io/docker.io/library/alpine"
    ),
    Case(story: "ns with the port of https", path: "a/b", namespace: "quay.io:443", expected: "quay.io/a/b"),
    Case(story: "ns with the port of http", path: "a/b", namespace: "quay.io:80", expected: "quay.io/a/b"),
    Case(story: "ns with a final dot", path: "a/b", namespace: "Quay.IO.", expected: "quay.io/a/b"),
    Case(story: "ns with dot and port", path: "a/b", namespace: "quay.io.:443", expected: "quay.io/a/b"),
    Case(story: "a segment with a final dot", path: "quay.io./a/b", expected: "quay.io/a/b"),
    Case(story: "a segment with the port of https", path: "quay.io:443/a/b", expected: "quay.io/a/b"),
    Case(story: "v2 behind the upstream", path: "quay.io/v2/a/b", expected: "quay.io/a/b"),
    Case(story: "a repository called v2", path: "quay.io/v2", expected: "quay.io/v2"),
    Case(
      story: "ns that is this Berth says nothing",
      path: "quay.io/a/b",
      namespace: "berth.example",
      expected: "quay.io/a/b"
    ),
    Case(story: "in any spelling", path: "a/b", namespace: "Berth.example:443", expected: "docker.io/a/b"),
    Case(story: "Host with a final dot", path: "a/b", host: "quay.mirror.example.", expected: "quay.io/a/b"),
    Case(story: "Host selects", path: "a/b", host: "quay.mirror.example", expected: "quay.io/a/b"),
    Case(
      story: "Host selects whatever its port",
      path: "a/b",
      host: "quay.mirror.example:443",
      expected: "quay.io/a/b"
    ),
    Case(story: "Host with its port", path: "a", host: "mirror.example:8443", expected: "registry.example:5000/a"),
    Case(
      story: "ns goes before Host",
      path: "a/b",
      namespace: "docker.io",
      host: "quay.mirror.example",
      expected: "docker.io/a/b"
    ),
    Case(story: "an unmapped Host says nothing", path: "a/b", host: "mirror.example", expected: "docker.io/a/b"),
    Case(story: "dockerd puts the upstream before v2", prefix: ["quay.io"], path: "a/b", expected: "quay.io/a/b"),
    Case(story: "an empty ns is none", path: "a/b", namespace: "", expected: "docker.io/a/b"),
    Case(
      story: "with ns, dots in a name are a name's",
      path: "my.org/app",
      namespace: "quay.io",
      expected: "quay.io/my.org/app"
    ),
  ])
  func selectsTheUpstream(_ row: Case) throws {
    let requested = RequestedName(
      prefix: row.prefix,
      segments: row.path.split(separator: "/").map(String.init),
      namespace: row.namespace,
      host: row.host
    )
    #expect(try names.route(requested).repository.description == row.expected)
  }

  @Test(arguments: [
    "169.254.169.254", "evil.example", "quay.io.evil.example", "quay.io:444", "..", ".", ":443", "a b", "docker.io/x",
  ])
  func anUnknownNamespaceIsRefusedAndNamesTheKnownOnes(namespace: String) throws {
    let known = names.all
    #expect(throws: RoutingError.upstream(.upstreamUnknown(requested: namespace, known: known))) {
      try names.route(RequestedName(segments: ["a", "b"], namespace: namespace))
    }
  }

  @Test(arguments: ["evil.example", "127.0.0.1:9", "localhost", "[::1]:80"])
  func aFirstSegmentLikeAHostIsNeverARepositoryOfTheDefault(host: String) throws {
    #expect(throws: RoutingError.upstream(.upstreamUnknown(requested: host, known: names.all))) {
      try names.route(RequestedName(segments: [host, "x"]))
    }
  }

  @Test func prefixAndNamespaceThatDisagreeServeNeither() throws {
    let quay = try UpstreamName(parsing: "quay.io")
    #expect(throws: RoutingError.upstream(.upstreamsDisagree(prefix: quay, namespace: "docker.io"))) {
      try names.route(RequestedName(prefix: ["quay.io"], segments: ["a"], namespace: "index.docker.io"))
    }
  }

  @Test(arguments: ["Upper/case", "a//b", "-a", "a_", "a/../b"])
  func aNameBeyondTheGrammarIsInvalid(name: String) throws {
    let segments = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    #expect {
      try names.route(RequestedName(segments: segments))
    } throws: { error in
      if case .nameInvalid = error as? RoutingError { true } else { false }
    }
  }

  @Test func nothingLeftAfterThePrefixIsNoRepository() throws {
    let quay = try UpstreamName(parsing: "quay.io")
    #expect(throws: RoutingError.upstream(.nameMissing(quay))) {
      try names.route(RequestedName(prefix: ["quay.io"], segments: []))
    }
  }

  @Test func theAnswerSaysWhetherTheNamespaceWasUsed() throws {
    #expect(try names.route(RequestedName(segments: ["a"], namespace: "quay.io")).usedNamespace)
    #expect(try !names.route(RequestedName(segments: ["quay.io", "a"])).usedNamespace)
  }
}
