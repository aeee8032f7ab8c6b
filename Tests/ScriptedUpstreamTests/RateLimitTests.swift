import Foundation
import Testing

@testable import ScriptedUpstream

/// Pull limits in Docker Hub's manner.
@Suite struct RateLimitTests {
  private let path = "/v2/app/manifests/1"

  private func run(_ limit: RateLimitSettings, _ test: (Scene) async throws -> Void) async throws {
    try await Scene.run { scene in
      scene.upstream.putManifest("{}".utf8, in: "app", tags: ["1"])
      scene.upstream.update { $0.rateLimit = limit }
      try await test(scene)
    }
  }

  private func remaining(_ head: RawConnection.Head) -> String? { head["ratelimit-remaining"] }

  @Test func getsCountHeadsTell() async throws {
    try await run(.init { $0.limit = 2 }) { scene in
      #expect(remaining(try await scene.get(path, method: "HEAD").head) == "2;w=21600")
      let (first, _) = try await scene.get(path)
      #expect(first["ratelimit-limit"] == "2;w=21600")
      #expect(first["docker-ratelimit-source"] == "192.0.2.1")
      #expect(remaining(first) == "1;w=21600")
      #expect(remaining(try await scene.get(path).head) == "0;w=21600")
      let (head, body) = try await scene.get(path)
      #expect(head.status == 429)
      #expect(String(decoding: body, as: UTF8.self).contains("TOOMANYREQUESTS"))
      #expect(remaining(head) == "0;w=21600")
      #expect(try await scene.get(path, method: "HEAD").head.status == 200)
      #expect(try await scene.get(scene.smallPath).head.status == 200, "blobs do not count")
    }
  }

  @Test func whatIsNotThereDoesNotCount() async throws {
    try await run(.init { $0.limit = 1 }) { (scene) async throws in
      #expect(try await scene.get("/v2/app/manifests/none").head.status == 404)
      #expect(try await scene.get(path).head.status == 200)
    }
  }

  @Test func eachCredentialHasItsOwn() async throws {
    let settings = RateLimitSettings {
      $0.limit = 1
      $0.authenticatedLimit = 5
      $0.retryAfter = "7"
    }
    try await run(settings) { scene in
      scene.upstream.update { $0.access = [AccessPolicy(.basic, users: ["ann": "a", "bob": "b"])] }
      func get(_ user: String) async throws -> RawConnection.Head {
        try await scene.get(path, "Authorization: Basic " + Data(user.utf8).base64EncodedString()).head
      }
      #expect(remaining(try await get("ann:a")) == "4;w=21600")
      #expect(try await get("bob:b")["docker-ratelimit-source"] == "bob")
      scene.upstream.setRemainingPulls(0, credential: "ann")
      let limited = try await get("ann:a")
      #expect((limited.status, limited["Retry-After"]) == (429, "7"))
      #expect(remaining(try await get("bob:b")) == "3;w=21600")
      scene.upstream.resetPulls()
      #expect(remaining(try await get("ann:a")) == "4;w=21600")
    }
  }

  @Test func withoutALimitNothingIsTold() async throws {
    try await run(.init()) { (scene) async throws in
      #expect(remaining(try await scene.get(path).head) == nil)
    }
  }
}
