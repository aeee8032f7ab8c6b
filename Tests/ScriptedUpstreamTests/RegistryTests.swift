import Foundation
import OCI
import Testing

@testable import ScriptedUpstream

/// The registry when it behaves.
@Suite struct RegistryTests {
  @Test func thePingIsAnswered() async throws {
    try await Scene.run { scene in
      for path in ["/v2/", "/v2"] {
        let (head, body) = try await scene.get(path)
        #expect((head.status, String(decoding: body, as: UTF8.self)) == (200, "{}"))
        #expect(head["Docker-Distribution-API-Version"] == "registry/2.0")
      }
    }
  }

  @Test func aBlobIsServedWhole() async throws {
    try await Scene.run { scene in
      let (head, body) = try await scene.get(scene.largePath)
      #expect(body == Scene.largeBytes)
      #expect(Digest.of(body) == scene.large)
      #expect(head["Docker-Content-Digest"] == scene.large.description)
      #expect(head["ETag"] == "\"\(scene.large)\"")
      #expect(head["Accept-Ranges"] == "bytes")
    }
  }

  @Test func aHeadTellsTheLengthAndSendsNothing() async throws {
    try await Scene.run { scene in
      let connection = try scene.connect()
      connection.request(scene.largePath, method: "HEAD")
      connection.request(scene.smallPath)
      #expect(try await connection.answer(toHead: true).head["Content-Length"] == "\(Scene.largeBytes.count)")
      #expect(try await connection.answer().body == Scene.smallBytes)
    }
  }

  @Test(arguments: [
    ("bytes=0-0", 206, "bytes 0-0/1000", 0..<1),
    ("bytes=10-19", 206, "bytes 10-19/1000", 10..<20),
    ("bytes=990-", 206, "bytes 990-999/1000", 990..<1000),
    ("bytes=990-5000", 206, "bytes 990-999/1000", 990..<1000),
    ("bytes=-10", 206, "bytes 990-999/1000", 990..<1000),
    ("bytes=-5000", 206, "bytes 0-999/1000", 0..<1000),
    ("bytes=0-9223372036854775807", 206, "bytes 0-999/1000", 0..<1000),
    ("bytes=1000-", 416, "bytes */1000", 0..<0),
    ("bytes=-0", 416, "bytes */1000", 0..<0),
    ("bytes=9-2", 200, nil, 0..<1000),
    ("bytes=0-1,5-6", 200, nil, 0..<1000),
    ("bytes=a-b", 200, nil, 0..<1000),
    ("items=0-1", 200, nil, 0..<1000),
  ])
  func ranges(_ range: String, _ status: Int, _ told: String?, _ expected: Range<Int>) async throws {
    try await Scene.run { scene in
      let (head, body) = try await scene.get(scene.smallPath, "Range: \(range)")
      #expect((head.status, head["Content-Range"]) == (status, told))
      #expect(body == Array(Scene.smallBytes[expected]))
    }
  }

  @Test func ifRangeDecidesOverARange() async throws {
    try await Scene.run { scene in
      let same = try await scene.get(scene.smallPath, "Range: bytes=5-", "If-Range: \"\(scene.small)\"")
      let other = try await scene.get(scene.smallPath, "Range: bytes=5-", "If-Range: \"other\"")
      #expect((same.head.status, other.head.status) == (206, 200))
    }
  }

  @Test func whatIsKnownIsNotSentAgain() async throws {
    try await Scene.run { scene in
      let connection = try scene.connect()
      connection.request(scene.smallPath, "If-None-Match: \"\(scene.small)\"")
      #expect(try await connection.head().status == 304)
      connection.request(scene.smallPath)
      #expect(try await connection.answer().body == Scene.smallBytes)
    }
  }

  @Test(arguments: [
    ("/v2/app/blobs/sha256:" + String(repeating: "0", count: 64), 404, "BLOB_UNKNOWN"),
    ("/v2/app/blobs/sha256:00", 400, "DIGEST_INVALID"),
    ("/v2/app/manifests/none", 404, "MANIFEST_UNKNOWN"),
    ("/v2/none/tags/list", 404, "NAME_UNKNOWN"),
    ("/v2/app/uploads/", 404, "NAME_UNKNOWN"),
    ("/", 404, "NAME_UNKNOWN"),
  ])
  func errors(_ path: String, _ status: Int, _ code: String) async throws {
    try await Scene.run { scene in
      let (head, body) = try await scene.get(path)
      #expect(head.status == status)
      #expect(String(decoding: body, as: UTF8.self).contains("\"code\":\"\(code)\""))
    }
  }

  @Test func aBlobBelongsToItsRepositories() async throws {
    try await Scene.run { (scene) async throws in
      let everywhere = scene.upstream.addBlob([1, 2, 3])
      #expect(try await scene.get("/v2/other/blobs/\(scene.small)").head.status == 404)
      #expect(try await scene.get("/v2/other/blobs/\(everywhere)").body == [1, 2, 3])
      scene.upstream.addBlob(Scene.smallBytes, to: ["other"])
      #expect(try await scene.get("/v2/other/blobs/\(scene.small)").head.status == 200)
      scene.upstream.removeBlob(scene.small, from: "app")
      #expect(try await scene.get(scene.smallPath).head.status == 404)
    }
  }

  @Test func aManifestIsServedVerbatimByTagAndDigest() async throws {
    try await Scene.run { scene in
      let bytes = Array("{ \"not\" : canonical".utf8)
      let digest = scene.upstream.putManifest(bytes, mediaType: "application/x.odd", in: "team/app", tags: ["1.0"])
      for reference in ["1.0", "\(digest)", "sha256%3A\(digest.hex)"] {
        let (head, body) = try await scene.get("/v2/team/app/manifests/\(reference)")
        #expect(body == bytes)
        #expect((head["Content-Type"], head["Docker-Content-Digest"]) == ("application/x.odd", digest.description))
      }
      scene.upstream.removeManifest("1.0", from: "team/app")
      #expect(try await scene.get("/v2/team/app/manifests/1.0").head.status == 404)
      #expect(try await scene.get("/v2/team/app/manifests/\(digest)").head.status == 200)
    }
  }

  @Test func contentMayBeNamedBySHA512() async throws {
    try await Scene.run { scene in
      let blob = scene.upstream.addBlob([1, 2, 3], algorithm: .sha512)
      let manifest = scene.upstream.putManifest("{}".utf8, in: "app", tags: ["1"], algorithm: .sha512)
      #expect(blob.description.hasPrefix("sha512:"))
      let found = try await scene.get("/v2/app/blobs/\(blob)").body
      #expect(found == [1, 2, 3])
      #expect(try await scene.get("/v2/app/manifests/1").head["Docker-Content-Digest"] == manifest.description)
    }
  }

  @Test func requestsOnOneConnectionAreAnsweredInOrder() async throws {
    try await Scene.run { scene in
      let connection = try scene.connect()
      for path in [scene.largePath, scene.smallPath, "/v2/", scene.largePath] { connection.request(path) }
      #expect(try await connection.answer().body == Scene.largeBytes)
      #expect(try await connection.answer().body == Scene.smallBytes)
      #expect(try await connection.answer().head.status == 200)
      #expect(try await connection.answer().body == Scene.largeBytes)
    }
  }

  @Test func acceptDecidesWhereARuleSaysSo() async throws {
    try await Scene.run { scene in
      let image = try await scene.upstream.addImage(
        ImageSpecification(
          repository: "app",
          layers: [GeneratedContent(size: 10, seed: 1)],
          platforms: ["linux/arm64/v8", "linux/amd64"],
          schema: .docker
        )
      )
      let path = "/v2/app/manifests/latest"
      scene.upstream.on(RuleMatch(.manifestGet), times: 2) { $0.accept = .strict }
      #expect(try await scene.get(path, "Accept: */*").head.status == 404)
      let types = "Accept: application/json;q=0.1, \(ManifestMediaType.dockerList);q=0.9"
      #expect(try await scene.get(path, types).head.status == 200)
      scene.upstream.on(RuleMatch(.manifestGet), times: 1) { $0.accept = .platform }
      let (head, _) = try await scene.get(path, "Accept: \(ManifestMediaType.dockerManifest)")
      #expect(head["Docker-Content-Digest"] == image.manifests[1].manifest)
    }
  }
}
