import OCI
import Testing

@testable import ScriptedUpstream

/// Each action as it looks from the other end of the wire.
@Suite struct ActionWireTests {
  // MARK: Answers

  @Test func anOverridingStatusComesWithAnErrorDocument() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet), times: 1) {
        $0.status = 429
        $0.headers = ["Retry-After": "880.092µs"]
      }
      let (head, body) = try await scene.get(scene.smallPath)
      #expect(head.statusLine == "HTTP/1.1 429 Too Many Requests")
      #expect(head["Retry-After"] == "880.092µs")
      #expect(
        String(decoding: body, as: UTF8.self) == #"{"errors":[{"code":"TOOMANYREQUESTS","message":"scripted 429"}]}"#
      )
      #expect(try await scene.get(scene.smallPath).body == Scene.smallBytes)
    }
  }

  @Test func aBodyCanBeAnything() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) {
        $0.status = 429
        $0.body = "Too Many Requests (HAP429)"
        $0.headers = ["Content-Type": "text/plain"]
      }
      let (head, body) = try await scene.get(scene.smallPath)
      #expect(
        (head.status, head["Content-Type"], String(decoding: body, as: UTF8.self)) == (
          429, "text/plain", "Too Many Requests (HAP429)"
        )
      )
    }
  }

  @Test(arguments: [RequestKind.manifestGet, .tagsList, .referrers, .token, .ping, .blobGet])
  func anyKindCanBeEndless(_ kind: RequestKind) async throws {
    let digest = "sha256:" + String(repeating: "0", count: 64)
    let paths: [RequestKind: (Origin, String)] = [
      .manifestGet: (.registry, "/v2/app/manifests/latest"), .tagsList: (.registry, "/v2/app/tags/list"),
      .referrers: (.registry, "/v2/app/referrers/\(digest)"), .token: (.token, "/token"), .ping: (.registry, "/v2/"),
      .blobGet: (.registry, "/v2/app/blobs/\(digest)"),
    ]
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(kind)) { $0.endless = .init(prefix: "{\"token\":\"", fill: "ab") }
      let (origin, path) = try #require(paths[kind])
      let connection = try scene.connect(origin)
      connection.request(path)
      let head = try await connection.head()
      #expect(head["Transfer-Encoding"] == "chunked")
      let bytes = try await connection.bytes(4 << 20)
      #expect(String(decoding: bytes.prefix(20), as: UTF8.self).contains("{\"token\":\""))
      #expect(bytes.suffix(100).contains(UInt8(ascii: "a")))
    }
  }

  @Test func anEndlessBodyMayAnnounceTheLongestLength() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) {
        $0.endless = .init()
        $0.framing = .length
        $0.status = 500
      }
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      let head = try await connection.head()
      #expect((head.status, head["Content-Length"]) == (500, "\(Int64.max)"))
      #expect(Set(try await connection.bytes(1 << 20)) == [UInt8(ascii: "a")])
    }
  }

  @Test func otherContentCanBeServedUnderAName() async throws {
    try await Scene.run { scene in
      let other = scene.upstream.addBlob([9, 9, 9])
      scene.upstream.on(RuleMatch(.blobGet), times: 1, skip: 1) { $0.serve = other.description }
      #expect(try await scene.get(scene.smallPath).body == Scene.smallBytes)
      let (head, body) = try await scene.get(scene.smallPath)
      #expect((head["Docker-Content-Digest"], body) == (scene.small.description, [9, 9, 9]))
      #expect(try await scene.get(scene.smallPath).body == Scene.smallBytes)
    }
  }

  // MARK: Ranges

  @Test func aRangeCanBeIgnored() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet, range: true)) { $0.ignoreRange = true }
      let (head, body) = try await scene.get(scene.smallPath, "Range: bytes=500-")
      #expect((head.status, head["Content-Range"], body) == (200, nil, Scene.smallBytes))
    }
  }

  @Test func anotherRangeCanBeAnswered() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.shiftRange = 10 }
      let (head, body) = try await scene.get(scene.smallPath, "Range: bytes=500-599")
      #expect((head.status, head["Content-Range"]) == (206, "bytes 510-609/1000"))
      #expect(body == Array(Scene.smallBytes[510..<610]))
    }
  }

  @Test func aRangeCanBeMisnamed() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.headers = ["Content-Range": "bytes 0-99/1000"] }
      let (head, body) = try await scene.get(scene.smallPath, "Range: bytes=500-599")
      #expect((head["Content-Range"], body) == ("bytes 0-99/1000", Array(Scene.smallBytes[500..<600])))
    }
  }

  // MARK: Heads

  @Test func headersAreSetAndTakenAway() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobHead)) {
        $0.headers = ["Docker-Content-Digest": "sha256:lie", "ETag": nil, "content-length": nil]
      }
      let (head, _) = try await scene.get(scene.smallPath, method: "HEAD")
      #expect(head.all("Docker-Content-Digest") == ["sha256:lie"])
      #expect((head["ETag"], head["Content-Length"]) == (nil, nil))
    }
  }

  @Test func headsCanBeOversized() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) {
        $0.giantHeader = 200_000
        $0.extraHeaders = 500
      }
      let (head, body) = try await scene.get(scene.smallPath)
      #expect((head["X-Giant"]?.count, head["X-Extra-499"], body) == (200_000, "499", Scene.smallBytes))
    }
  }

  @Test func manyInformationalAnswersComeFirst() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) { $0.informational = 20 }
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      for _ in 0..<20 { #expect(try await connection.head().status == 103) }
      #expect(try await connection.answer().body == Scene.smallBytes)
    }
  }

  @Test func theStatusLineCanBeNonsense() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) { $0.statusLine = "ICY 200" }
      let head = try await scene.get(scene.smallPath).head
      #expect(head.statusLine == "ICY 200")
    }
  }
}
