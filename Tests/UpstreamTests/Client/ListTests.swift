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
    #expect(registry.requests.map(\.uri) == ["/v2/a/b/tags/list"])
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
    "F12: of a link to the next page only the query counts, wherever it leads",
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
    #expect(registry.requests.map(\.uri) == ["/v2/a/b/tags/list", "/v2/a/b/tags/list?n=1&last=x"])
  }

  @Test("Pages that go round in a circle, or without end, end")
  func endless() async throws {
    let visits = Counter()
    let registry = try await RegistryDouble.start { request in
      let visit = visits.next()
      let last = request.path.hasPrefix("/v2/circle") ? "same" : "\(visit)"
      return .text(#"{"tags":["t\#(visit)"]}"#, ["Link": #"<?last=\#(last)>; rel="next""#])
    }
    try await Bench.run([registry], configure: { $0.limits.maxTagsPages = 7 }) { client in
      let circle = try await client.listTags(Sample.name("circle"))
      #expect(circle.count == 2)
      let endless = try await client.listTags(name)
      #expect(endless.count == 7)
    }
  }

  @Test("More tags than anybody needs, and a page larger than allowed")
  func bounded() async throws {
    let registry = try await RegistryDouble.start { _ in
      .text(
        #"{"tags":[\#((0..<100).map { "\"t\($0)\"" }.joined(separator: ","))]}"#,
        ["Link": #"<?last=1>; rel="next""#]
      )
    }
    try await Bench.run([registry], configure: { $0.limits.maxTags = 10 }) { client in
      let tags = try await client.listTags(name)
      #expect(tags.count == 10)
    }
    #expect(registry.requests.count == 1)
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
      guard case .descriptors(let found) = try await client.listReferrers(name, digest) else {
        return #expect(Bool(false))
      }
      #expect(found.map(\.digest) == ["a", "b", "c"].map(Sample.digest))
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
      #expect(none == .descriptors([]))
      let unsupported = try await client.listReferrers(name, digest)
      #expect(unsupported == .notSupported)
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
