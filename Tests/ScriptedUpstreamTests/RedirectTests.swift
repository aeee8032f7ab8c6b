import OCI
import Testing

@testable import ScriptedUpstream

/// Redirects, and the storage and recorder that they lead to.
@Suite struct RedirectTests {
  private func location(_ scene: Scene) async throws -> String {
    try #require(try await scene.get(scene.smallPath).head["Location"])
  }

  @Test func aSignedLinkLeadsToTheContent() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.redirect = .init(to: "storage") }
      let (head, body) = try await scene.get(scene.smallPath)
      #expect((head.status, body) == (307, []))
      let link = try #require(head["Location"])
      #expect(link.hasPrefix(scene.upstream.url(.storage) + "/signed" + scene.smallPath + "?X-Amz-Algorithm="))
      for _ in 0..<2 {
        #expect(try await scene.get(target(of: link), on: .storage).body == Scene.smallBytes)
      }
      let part = try await scene.get(target(of: link), on: .storage, "Range: bytes=5-9")
      #expect((part.head.status, part.body) == (206, Array(Scene.smallBytes[5..<10])))
      #expect(scene.upstream.counters.digest(scene.small) == .init(gets: 1, heads: 0, redirectTargets: 3, bytes: 2005))
    }
  }

  @Test func aLinkIsRefusedWhenItIsForgedSpentOrAuthorized() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.redirect = .init(to: "storage", uses: 1) }
      let link = target(of: try await location(scene))
      #expect(try await scene.get(link + "0", on: .storage).head.status == 403)
      #expect(try await scene.get("/signed" + scene.smallPath, on: .storage).head.status == 403)
      #expect(try await scene.get(link, on: .storage, "Authorization: Bearer x").head.status == 400)
      #expect(try await scene.get(link, on: .storage).head.status == 200)
      let (head, body) = try await scene.get(link, on: .storage)
      #expect(head.status == 403)
      #expect(String(decoding: body, as: UTF8.self).contains("Request has expired"))
    }
  }

  @Test func linksEndInTime() {
    var links = SignedLinks()
    let link = links.issue(path: "/v2/a", uses: nil, lifetimeMilliseconds: 10, now: 0)
    let signature = link.split(separator: "=").last.map(String.init)
    #expect(links.use(path: "/signed/v2/a", signature: signature, now: 9_999_999) == .good)
    #expect(links.use(path: "/signed/v2/a", signature: signature, now: 10_000_000) == .expired)
    #expect(links.use(path: "/signed/v2/b", signature: signature, now: 0) == .unknown)
  }

  @Test func lastingLinksAreTheSameEachTime() {
    var links = SignedLinks()
    let issue = { (path: String, uses: Int?) in links.issue(path: path, uses: uses, lifetimeMilliseconds: nil, now: 0) }
    #expect(issue("/a", nil) == issue("/a", nil))
    #expect(issue("/a", nil) != issue("/b", nil))
    #expect(issue("/a", 1) != issue("/a", 1))
  }

  @Test func manifestsRedirectToo() async throws {
    try await Scene.run { scene in
      let digest = scene.upstream.putManifest("{}".utf8, mediaType: "application/x.m", in: "app", tags: ["1"])
      scene.upstream.on(RuleMatch(.manifestGet)) { $0.redirect = .init(to: "storage", status: 302) }
      let (head, _) = try await scene.get("/v2/app/manifests/1")
      #expect(head.status == 302)
      let (found, body) = try await scene.get(target(of: head["Location"] ?? ""), on: .storage)
      #expect((found["Docker-Content-Digest"], body) == (digest.description, Array("{}".utf8)))
    }
  }

  @Test(arguments: [
    (Action.Redirect(to: "self"), "{registry}{path}"),
    (.init(to: "self", relative: true), "{path}"),
    (.init(to: "recorder", status: 301), "{recorder}{path}"),
    (.init(to: "token", status: 303), "{token}{path}"),
    (.init(to: "http://127.0.0.1:1/x?from={target}", status: 308), "http://127.0.0.1:1/x?from={path}"),
  ])
  func redirectsLeadAnywhere(_ redirect: Action.Redirect, _ expected: String) async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.redirect = redirect }
      let (head, _) = try await scene.get(scene.smallPath)
      let place = expected.replacing("{registry}", with: scene.upstream.url())
        .replacing("{recorder}", with: scene.upstream.url(.recorder))
        .replacing("{token}", with: scene.upstream.url(.token)).replacing("{path}", with: scene.smallPath)
      #expect((head.status, head["Location"]) == (redirect.status ?? 307, place))
    }
  }

  @Test func theStorageCanBeScriptedLikeTheRest() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.redirect = .init(to: "storage") }
      scene.upstream.on(RuleMatch(origin: .storage), times: 1) { $0.cut = .init(after: 10, how: .reset) }
      let link = target(of: try await location(scene))
      let connection = try scene.connect(.storage)
      connection.request(link)
      _ = try await connection.head()
      let (bytes, end) = try await connection.rest()
      #expect(bytes == Array(Scene.smallBytes[..<10]))
      #expect(end == .reset)
    }
  }

  @Test func theRecorderTakesEverythingDown() async throws {
    try await Scene.run { scene in
      let (head, _) = try await scene.get("/any/thing?x=1", method: "PUT", on: .recorder, "X-Secret: s", "Cookie: c")
      #expect(head.status == 200)
      let record = try #require(scene.upstream.requests.first)
      #expect((record.kind, record.method, record.path, record.query) == (.recorder, "PUT", "/any/thing", "x=1"))
      #expect(record.header("x-secret") == ["s"])
    }
  }
}
