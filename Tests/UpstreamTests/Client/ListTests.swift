import NIOHTTP1
import OCI
import Testing

@testable import Upstream

@Suite("Lists")
struct ListTests {
  private let name = Sample.name("a/b")
  private let digest = Sample.digest("subject")

  private static func descriptor(_ text: String) -> String {
    #"{"mediaType":"\#(MediaType.ociManifest)","digest":"\#(Sample.digest(text))","size":2}"#
  }

  private static func index(_ texts: [String]) -> RegistryDouble.Reply {
    .text(
      #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[\#(texts.map(descriptor).joined(separator: ","))]}"#,
      ["Content-Type": MediaType.ociIndex.description]
    )
  }

  @Test("Tags are sorted, each once, and what is none is left out")
  func tags() async throws {
    let registry = try await RegistryDouble.start { _ in
      .text(#"{"name":"a/b","tags":["v2","latest","v10","latest","not a tag",7,null,"-x","_ok"]}"#)
    }
    try await Bench.run([registry]) { client in
      let tags = try await client.listTags(name).map(\.description)
      #expect(tags == ["_ok", "latest", "v10", "v2"])
    }
    #expect(registry.requests.map(\.uri) == ["/v2/a/b/tags/list?n=1000"])
  }

  @Test("No tags are no tags", arguments: [#"{"tags":null}"#, #"{"tags":[]}"#, #"{"name":"a/b"}"#])
  func noTags(text: String) async throws {
    let registry = try await RegistryDouble.start { _ in .text(text) }
    try await Bench.run([registry]) { client in
      let tags = try await client.listTags(name)
      #expect(tags.isEmpty)
    }
  }

  @Test(
    "Of a link to the next page only the query counts, wherever it leads",
    arguments: [
      #"</v2/a/b/tags/list?n=1&last=x>; rel="next""#,
      #"<https://evil.example/v2/a/b/tags/list?n=1&last=x>; rel="next""#,
      #"<http://169.254.169.254/latest?n=1&last=x>; rel=next"#, #"<?n=1&last=x>; rel="next""#,
    ]
  )
  func pages(link: String) async throws {
    let registry = try await RegistryDouble.start { request in
      request.uri.contains("last") ? .text(#"{"tags":["b"]}"#) : .text(#"{"tags":["c"]}"#, ["Link": link])
    }
    try await Bench.run([registry]) { client in
      let tags = try await client.listTags(name).map(\.description)
      #expect(tags == ["b", "c"])
    }
    #expect(registry.requests.map(\.uri) == ["/v2/a/b/tags/list?n=1000", "/v2/a/b/tags/list?n=1&last=x"])
  }

  @Test("A number that a registry does not take is asked for no more", arguments: [400, 416, 422])
  func pageSizes(status: Int) async throws {
    let registry = try await RegistryDouble.start { request in
      request.uri.contains("n=") ? .status(status) : .text(#"{"tags":["a"]}"#)
    }
    try await Bench.run([registry]) { client in
      let tags = try await client.listTags(name)
      #expect(tags.map(\.description) == ["a"])
    }
    #expect(
      registry.requests.map(\.uri) == ["?n=1000", "?n=100", ""].map { "/v2/a/b/tags/list\($0)" }
    )
  }

  @Test("A late page that fails once, or is limited, is asked for again, and none before it")
  func latePage() async throws {
    let visits = Counter()
    let registry = try await RegistryDouble.start { request in
      switch visits.next() {
      case 1: .text(#"{"tags":["a"]}"#, ["Link": #"<?last=a>; rel="next""#])
      case 2: .status(429, ["Retry-After": "0"])
      case 3: .init(headers: ["Content-Length": "99"], pieces: [Array(#"{"tags":["b","#.utf8)], ending: .close)
      default: .text(#"{"tags":["b","c"]}"#)
      }
    }
    try await Bench.run([registry]) { client in
      let tags = try await client.listTags(name)
      #expect(tags.map(\.description) == ["a", "b", "c"])
    }
    #expect(registry.requests.dropFirst().map(\.uri) == Array(repeating: "/v2/a/b/tags/list?last=a", count: 3))
  }

  @Test("Pages that go round in a circle, or without end, are an error and no shorter list")
  func endless() async throws {
    let visits = Counter()
    let registry = try await RegistryDouble.start { request in
      let visit = visits.next()
      let last = request.path.hasPrefix("/v2/circle") ? "same" : "\(visit)"
      return .text(#"{"tags":["t\#(visit)"]}"#, ["Link": #"<?last=\#(last)>; rel="next""#])
    }
    try await Bench.run([registry], configure: { $0.limits.maxListPages = 7 }) { client in
      guard case .protocolViolation? = await failure({ try await client.listTags(Sample.name("circle")) }) else {
        return #expect(Bool(false))
      }
      let endless = await failure { try await client.listTags(name) }
      #expect(endless == .listTooLong("list of tags: more than 7 pages (maxListPages)"))
    }
  }

  @Test("A registry that links from its end to its end has ended")
  func emptyEnd() async throws {
    let registry = try await RegistryDouble.start { request in
      .text(request.uri.contains("last") ? #"{"tags":[]}"# : #"{"tags":["a"]}"#, ["Link": #"<?last=a>; rel="next""#])
    }
    try await Bench.run([registry]) { client in
      let tags = try await client.listTags(name)
      #expect(tags.map(\.description) == ["a"])
    }
  }

  @Test("More than is kept is an error that names the limit")
  func bounded() async throws {
    let tags = (0..<100).map { #""t\#($0)""# }.joined(separator: ",")
    let registry = try await RegistryDouble.start { _ in .text(#"{"manifest":{"x":[1,2]},"tags":[\#(tags)]}"#) }
    try await Bench.run([registry], configure: { $0.limits.maxTagNameBytes = 500 }) { client in
      let found = await failure { try await client.listTags(name) }
      #expect(found == .listTooLong("list of tags: more than 500 bytes of names (maxTagNameBytes)"))
    }
    let another = try await RegistryDouble.start { _ in .text(#"{"manifest":{"x":[1,2]},"tags":[\#(tags)]}"#) }
    try await Bench.run([another], configure: { $0.limits.maxTagListBytes = 500 }) { client in
      let found = await failure { try await client.listTags(name) }
      #expect(found == .listTooLong("list of tags: more than 500 bytes (maxTagListBytes)"))
    }
  }

  @Test("What is not a tag list", arguments: ["", "[]", "<html>", #"{"tags":[}"#])
  func notTags(text: String) async throws {
    let registry = try await RegistryDouble.start { _ in .text(text) }
    try await Bench.run([registry]) { client in
      guard case .protocolViolation? = await failure({ try await client.listTags(name) }) else {
        return #expect(Bool(false))
      }
    }
  }

  @Test("Referrers of all pages, each once")
  func referrers() async throws {
    let registry = try await RegistryDouble.start { request in
      if request.uri.contains("page=2") { return Self.index(["b", "c"]) }
      var reply = Self.index(["a", "b"])
      reply.headers.add(name: "Link", value: #"</v2/a/b/referrers/x?page=2>; rel="next""#)
      return reply
    }
    try await Bench.run([registry]) { client in
      guard case .referrers(let found) = try await client.listReferrers(name, digest) else {
        return #expect(Bool(false))
      }
      #expect(found.map(\.descriptor.digest) == ["a", "b", "c"].map(Sample.digest))
    }
    #expect(
      registry.requests.map(\.uri) == [
        "/v2/a/b/referrers/\(digest)", "/v2/a/b/referrers/\(digest)?page=2",
      ]
    )
  }

  @Test("No referrers is an answer; no such API is another", arguments: [404, 405, 501, 400])
  func notSupported(status: Int) async throws {
    let registry = try await RegistryDouble.start { request in
      request.path.hasPrefix("/v2/none") ? Self.index([]) : .text("nope", status: status)
    }
    try await Bench.run([registry]) { client in
      let none = try await client.listReferrers(Sample.name("none"), digest)
      #expect(none == .referrers([]))
      let unsupported = try await client.listReferrers(name, digest)
      #expect(unsupported == .notSupported)
    }
  }

  @Test(
    "Without the API some registries answer 200 or send people to a page",
    arguments: [
      RegistryDouble.Reply.text("<!DOCTYPE html><title>Registry</title>", ["Content-Type": "text/html"]),
      .text(""), .text("{}", ["Content-Type": "application/json"]),
      .text(#"{"errors":[{"code":"NOT_FOUND"}]}"#, ["Content-Type": "application/json"]),
      .redirect(to: "http://10.0.0.1/login"), .redirect(to: "/page", status: 302), .status(410),
      .text("subject", ["Content-Type": MediaType.ociIndex.description]),
    ]
  )
  func noSuchAPI(reply: RegistryDouble.Reply) async throws {
    let registry = try await RegistryDouble.start { request in
      request.path == "/page" ? .text("<html>log in</html>", ["Content-Type": "text/html"]) : reply
    }
    try await Bench.run([registry]) { client in
      let found = try await client.listReferrers(name, Digest.of("subject".utf8))
      #expect(found == .notSupported)
    }
  }

  @Test("More referrers than are kept are an error that names the limit, and so are pages without end")
  func boundedReferrers() async throws {
    let visits = Counter()
    let registry = try await RegistryDouble.start { _ in
      let visit = visits.next()
      var reply = Self.index(["\(visit)"])
      reply.headers.add(name: "Link", value: #"<?page=\#(visit)>; rel="next""#)
      return reply
    }
    try await Bench.run([registry], configure: { $0.limits.maxReferrersBytes = 700 }) { client in
      let found = await failure { try await client.listReferrers(name, digest) }
      #expect(found == .listTooLong("list of referrers: more than 700 bytes (maxReferrersBytes)"))
    }
  }

  @Test("Trouble is not the same as no API")
  func trouble() async throws {
    let registry = try await RegistryDouble.start { _ in .status(503) }
    try await Bench.run([registry]) { client in
      #expect(await failure { try await client.listReferrers(name, digest) } == .failed(status: 503, message: nil))
    }
  }

  @Test("What is not an index of referrers", arguments: ["", "{}", #"{"schemaVersion":2,"config":{},"layers":[]}"#])
  func notAnIndex(text: String) async throws {
    let registry = try await RegistryDouble.start { _ in .text(text, ["Content-Type": MediaType.ociIndex.description]) }
    try await Bench.run([registry]) { client in
      guard case .protocolViolation? = await failure({ try await client.listReferrers(name, digest) }) else {
        return #expect(Bool(false))
      }
    }
  }
}
