import Foundation
import OCI
import Testing

@testable import ScriptedUpstream

/// The control interface, as other languages use it.
@Suite struct ControlTests {
  private func run(_ test: (Scene) async throws -> Void) async throws {
    var options = Options()
    options.control = "127.0.0.1:0"
    try await Scene.run(options, test)
  }

  private func call(
    _ scene: Scene,
    _ method: String,
    _ path: String,
    _ body: String = "",
    type: String = "application/json"
  ) async throws -> (status: Int, text: String) {
    let connection = try RawConnection(port: try #require(scene.upstream.controlPort))
    let head = "\(method) \(path) HTTP/1.1\r\nHost: c\r\nContent-Type: \(type)\r\n"
    connection.send(head + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    let (answer, bytes) = try await connection.answer()
    return (answer.status, String(decoding: bytes, as: UTF8.self))
  }

  @Test func contentsComeAndGo() async throws {
    try await run { scene in
      let digest = Digest.of("hello".utf8)
      let raw = try await call(scene, "PUT", "/blobs?repository=r", "hello", type: "application/octet-stream")
      #expect(raw == (200, #"{"digest":"\#(digest)"}"#))
      #expect(try await scene.get("/v2/r/blobs/\(digest)").body == Array("hello".utf8))
      #expect(try await scene.get("/v2/app/blobs/\(digest)").head.status == 404)
      let order = #"{"generate": {"size": 1000, "seed": 1}, "repositories": ["r", "s"]}"#
      #expect(try await call(scene, "PUT", "/blobs", order).text == #"{"digest":"\#(scene.small)"}"#)
      #expect(try await scene.get("/v2/s/blobs/\(scene.small)").body == Scene.smallBytes)
      #expect(try await call(scene, "DELETE", "/blobs/\(scene.small)?repository=s").status == 200)
      #expect(try await scene.get("/v2/s/blobs/\(scene.small)").head.status == 404)
      let manifest = try await call(scene, "PUT", "/manifests?repository=r&tag=1&tag=2", "{}", type: "application/x.m")
      #expect(manifest.text == #"{"digest":"\#(Digest.of("{}".utf8))"}"#)
      #expect(try await scene.get("/v2/r/manifests/2").head["Content-Type"] == "application/x.m")
      #expect(try await call(scene, "DELETE", "/manifests/2?repository=r").status == 200)
      #expect(try await scene.get("/v2/r/manifests/2").head.status == 404)
      #expect(try await call(scene, "DELETE", "/contents").status == 200)
      #expect(try await scene.get(scene.smallPath).head.status == 404)
    }
  }

  @Test func aFileBecomesABlob() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "blob-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(Scene.largeBytes).write(to: URL(fileURLWithPath: path))
    try await run { (scene) async throws in
      #expect(
        try await call(scene, "PUT", "/blobs", #"{"file": "\#(path)"}"#).text == #"{"digest":"\#(scene.large)"}"#
      )
      #expect(try await scene.get("/v2/any/blobs/\(scene.large)").body == Scene.largeBytes)
    }
  }

  @Test func anImageIsMadeInOneCall() async throws {
    try await run { scene in
      let order = """
        {"repository": "i", "tag": "1", "layers": [{"size": 10, "seed": 3}], "platforms": ["linux/amd64", "linux/arm64"],
         "schema": "docker", "referrers": [{"artifactType": "application/x.s", "annotations": {"a": "b"}}]}
        """
      let (status, text) = try await call(scene, "POST", "/images", order)
      let image = try JSONDecoder().decode(ImageDigests.self, from: Data(text.utf8))
      #expect((status, image.manifests.count, image.referrers.count) == (200, 2, 1))
      #expect(try await scene.get("/v2/i/manifests/1").head["Docker-Content-Digest"] == image.index)
    }
  }

  @Test func rulesComeAndGo() async throws {
    try await run { scene in
      let rule = #"{"match": {"kind": "blobGet"}, "times": 1, "action": {"status": 503}}"#
      #expect(try await call(scene, "POST", "/rules", rule) == (200, #"{"id":1}"#))
      #expect(try await call(scene, "POST", "/rules?first=true", #"{"action": {"delay": 1}}"#).text == #"{"id":2}"#)
      #expect(try await scene.get(scene.smallPath).head.status == 503)
      let (_, text) = try await call(scene, "GET", "/rules")
      #expect(text.contains(#"{"applied":1,"id":2,"matched":1"#), "\(text)")
      #expect(try await call(scene, "DELETE", "/rules/2").status == 200)
      #expect(try await call(scene, "DELETE", "/rules/2").status == 400)
      #expect(try await call(scene, "DELETE", "/rules").status == 200)
      #expect(try await call(scene, "GET", "/rules").text == "[]")
    }
  }

  @Test func heldRequestsAreAwaitedAndReleased() async throws {
    try await run { scene in
      _ = try await call(scene, "POST", "/rules", #"{"match": {"kind": "blobGet"}, "action": {"hold": "g"}}"#)
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      #expect(try await call(scene, "GET", "/await?kind=blobGet&stage=held&count=1&timeout=5").status == 200)
      #expect(try await call(scene, "POST", "/release", #"{"id": "g"}"#).text == #"{"released":1}"#)
      #expect(try await connection.answer().body == Scene.smallBytes)
      let (status, text) = try await call(scene, "GET", "/await?kind=blobGet&count=2&timeout=0.02")
      #expect((status, text) == (408, #"{"error":"timed out: 1 of 2 requests seen"}"#))
    }
  }

  @Test func requestsAndCountersAreTold() async throws {
    try await run { scene in
      _ = try await scene.get(scene.smallPath)
      _ = try await scene.get("/v2/")
      let (_, log) = try await call(scene, "GET", "/requests?kind=ping&kind=token")
      let records = try JSONDecoder().decode([RequestRecord].self, from: Data(log.utf8))
      #expect(records.map(\.path) == ["/v2/"])
      let (_, text) = try await call(scene, "GET", "/counters")
      let counters = try JSONDecoder().decode(Counters.self, from: Data(text.utf8))
      #expect((counters.count(.blobGet), counters.bytes(.blobGet)) == (1, 1000))
      #expect(try await call(scene, "POST", "/reset").status == 200)
      #expect(try await call(scene, "GET", "/requests").text == "[]")
    }
  }

  @Test func settingsAreReplacedBySection() async throws {
    try await run { scene in
      let settings = """
        {"access": [{"scheme": "token"}], "tokenService": {"service": ""}, "rateLimit": {"limit": 3},
         "referrers": {"isEnabled": false}, "tags": {"pageSize": 2}, "storageRefusesAuthorization": false}
        """
      #expect(try await call(scene, "PUT", "/settings", settings).status == 200)
      let now = scene.upstream.settings
      #expect(now.access == [AccessPolicy(.token)])
      #expect((now.tokenService.service, now.tokenService.lifetime, now.rateLimit.limit) == ("", 300_000, 3))
      #expect((now.referrers.isEnabled, now.tags.pageSize, now.storageRefusesAuthorization) == (false, 2, false))
      #expect(try await call(scene, "PUT", "/settings", #"{"rateLimit": {}}"#).status == 200)
      #expect((scene.upstream.settings.rateLimit.limit, scene.upstream.settings.tags.pageSize) == (nil, 2))
      _ = try await call(scene, "POST", "/reset", #"{"what": ["settings", "rules", "gates", "tokens", "pulls"]}"#)
      #expect(scene.upstream.settings == UpstreamSettings())
    }
  }

  @Test func listenersGoDownAndUp() async throws {
    try await run { scene in
      #expect(try await call(scene, "POST", "/down", #"{"origin": "storage"}"#).status == 200)
      #expect(throws: RawConnection.Failure.self) { try scene.connect(.storage) }
      #expect(try await call(scene, "POST", "/up", #"{"origin": "storage"}"#).status == 200)
      #expect(try await scene.get("/", on: .storage).head.status == 403)
      #expect(try await call(scene, "POST", "/faults", #"{"kind": "close", "times": 1}"#).status == 200)
      let connection = try scene.connect()
      #expect(try await connection.rest().end == .closed)
      #expect(try await call(scene, "POST", "/tokens/revoke").text == #"{"revoked":0}"#)
      #expect(try await call(scene, "POST", "/ratelimit", #"{"remaining": 0}"#).status == 200)
    }
  }

  @Test func infoTellsThePorts() async throws {
    try await run { scene in
      let (_, text) = try await call(scene, "GET", "/info")
      let report = try JSONDecoder().decode(ListeningReport.self, from: Data(text.utf8))
      #expect(report.control == scene.upstream.controlPort)
      #expect(report.ports[.token] == scene.upstream.port(.token))
      #expect(report.urls[.registry] == scene.upstream.url())
    }
  }

  @Test(arguments: [
    ("GET", "/nothing", "", 404), ("PUT", "/rules", "", 404), ("POST", "/rules", "{", 400), ("POST", "/rules", "", 400),
    ("POST", "/rules", #"{"action": {"explode": true}}"#, 400), ("PUT", "/settings", #"{"auth": []}"#, 400),
    ("GET", "/await?kind=moon", "", 400), ("GET", "/await?count=x", "", 400), ("PUT", "/manifests", "", 400),
    ("DELETE", "/blobs/none", "", 400), ("PUT", "/blobs", "{}", 400), ("POST", "/images", "{}", 400),
    ("POST", "/tls", #"{"origin": "registry", "certificateFile": "/n", "keyFile": "/n"}"#, 400),
    ("POST", "/layouts", #"{"directory": "/nowhere", "repository": "r"}"#, 400),
    ("PUT", "/blobs", #"{"file": "/nowhere"}"#, 400),
  ])
  func whatCannotBeDoneIsSaid(_ method: String, _ path: String, _ body: String, _ status: Int) async throws {
    try await run { scene in
      let answer = try await call(scene, method, path, body)
      #expect(answer.status == status)
      #expect(answer.text.hasPrefix(#"{"error":"#))
    }
  }
}
