import NIOCore
import NIOHTTP1
import OCI
import Testing

@testable import Upstream

@Suite("Asking a registry")
struct AskingTests {
  private let name = Sample.name("library/alpine")

  @Test("A manifest is fetched verbatim, with what is said about it, by the full list of types")
  func manifest() async throws {
    let bytes = #"{"schemaVersion":2, "odd":  "spacing"}"#
    let registry = try await RegistryDouble.start { _ in
      .text(
        bytes,
        [
          "Content-Type": "application/vnd.oci.image.index.v1+json; charset=utf-8",
          "Docker-Content-Digest": "sha256:bad",
        ]
      )
    }
    try await Bench.run([registry]) { client in
      let manifest = try await client.getManifest(name, Sample.tag("3.20"))
      #expect(String(buffer: manifest.bytes) == bytes)
      #expect(manifest.mediaType == .ociIndex)
      #expect(manifest.declaredDigest == nil)
    }
    let request = try #require(registry.requests.first)
    #expect(request.uri == "/v2/library/alpine/manifests/3.20")
    #expect(request.headers["Accept"] == [MediaType.manifestAccept])
    #expect(request.headers["Accept-Encoding"] == ["identity"])
    #expect(request.headers["User-Agent"] == ["berth/test"])
    #expect(request.authorization == nil)
  }

  @Test("A HEAD brings digest, type and size")
  func head() async throws {
    let digest = Sample.digest("x")
    let registry = try await RegistryDouble.start { request in
      #expect(request.method == .HEAD)
      return .status(
        200,
        [
          "Content-Type": MediaType.dockerManifest.description, "Docker-Content-Digest": digest.description,
          "Content-Length": "1234",
        ]
      )
    }
    try await Bench.run([registry]) { client in
      let head = try await client.headManifest(name, .digest(digest))
      #expect(head == ManifestHead(digest: digest, mediaType: .dockerManifest, size: 1_234))
      #expect(try await client.headBlob(name, digest) == BlobHead(digest: digest, size: 1_234))
    }
    #expect(
      registry.requests.map(\.uri) == [
        "/v2/library/alpine/manifests/\(digest)", "/v2/library/alpine/blobs/\(digest)",
      ]
    )
  }

  @Test("A prefix of the endpoint stands before /v2/")
  func prefix() async throws {
    let registry = try await RegistryDouble.start { _ in .text("{}") }
    try await Bench.run(
      [registry],
      configure: { bench in
        bench.settings.endpoints = [Endpoint(parsing: "http://\(registry.authority)/mirror/hub")].compactMap { $0 }
      }
    ) { client in
      _ = try await client.getManifest(name, Sample.tag("latest"))
    }
    #expect(registry.requests.map(\.uri) == ["/mirror/hub/v2/library/alpine/manifests/latest"])
  }

  @Test("A moment to come back at is reckoned by the clock of whoever names it")
  func clocksDiffer() async throws {
    let registry = try await RegistryDouble.start { _ in
      .status(
        429,
        ["Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": "Sun, 06 Nov 1994 08:50:17 GMT"]
      )
    }
    try await Bench.run([registry], configure: { $0.settings.patience = .zero }) { client in
      let found = await failure { try await client.getManifest(name, Sample.tag("latest")) }
      #expect(found == .rateLimited(retryAfter: .seconds(40), kind: .requests))
    }
  }

  @Test("At a project of another registry names stand below its own, in paths, lists and scopes")
  func project() async throws {
    let registry = try await RegistryDouble.start { request in
      if request.path == "/token" { return .text("{\"token\":\"t\"}") }
      guard request.authorization != nil else {
        return .challenge("Bearer realm=\"http://\(request.headers["Host"][0])/token\",service=\"harbor\"")
      }
      guard request.path.hasSuffix("/tags/list") else { return .text("{}") }
      let isFirst = !request.uri.contains("last=")
      let link: HTTPHeaders = isFirst ? ["Link": "</v2/hub-proxy/library/alpine/tags/list?last=a>; rel=\"next\""] : [:]
      return .text("{\"tags\":[\"\(isFirst ? "a" : "b")\"]}", link)
    }
    try await Bench.run(
      [registry],
      configure: { bench in
        bench.settings.endpoints = [Endpoint(parsing: "http://\(registry.authority)/v2/hub-proxy")].compactMap { $0 }
      }
    ) { client in
      _ = try await client.getManifest(name, Sample.tag("latest"))
      #expect(try await client.listTags(name).map(\.description) == ["a", "b"])
    }
    let uris = registry.requests.map(\.uri)
    #expect(uris.contains { $0.hasPrefix("/token") && $0.contains("hub-proxy%2Flibrary%2Falpine") })
    #expect(uris.allSatisfy { $0.hasPrefix("/token") || $0.hasPrefix("/v2/hub-proxy/library/alpine/") })
  }

  @Test(
    "What a status means",
    arguments: [
      (404, .notFound), (410, .notFound), (403, .denied(status: 403)), (401, .denied(status: 401)),
      (500, .failed(status: 500, message: "X: broken")), (503, .failed(status: 503, message: "X: broken")),
      (418, .failed(status: 418, message: "X: broken")), (304, .failed(status: 304, message: nil)),
      (204, .failed(status: 204, message: nil)), (429, .rateLimited(retryAfter: .seconds(7), kind: .requests)),
    ] as [(Int, UpstreamFailure)]
  )
  func statuses(status: Int, expected: UpstreamFailure) async throws {
    let registry = try await RegistryDouble.start { _ in
      .text(#"{"errors":[{"code":"X","message":"broken"}]}"#, status: status, ["Retry-After": "7"])
    }
    try await Bench.run([registry]) { client in
      #expect(await failure { try await client.getManifest(name, Sample.tag("a")) } == expected)
    }
  }

  @Test(
    "Docker Hub's pull limit, which does not say how long it lasts, and GHCR's wait in the text",
    arguments: [
      (
        #"{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}"#,
        .rateLimited(retryAfter: Limits().pullLimitPause, kind: .pulls)
      ),
      (
        #"{"errors":[{"message":"retry-after: 1500ms, allowed: 44000/minute"}]}"#,
        .rateLimited(retryAfter: .milliseconds(1_500), kind: .requests)
      ),
    ] as [(String, UpstreamFailure)]
  )
  func limits(body: String, expected: UpstreamFailure) async throws {
    let registry = try await RegistryDouble.start { _ in .text(body, status: 429) }
    try await Bench.run([registry], configure: { $0.settings.patience = .zero }) { client in
      #expect(await failure { try await client.getManifest(name, Sample.tag("a")) } == expected)
    }
  }

  @Test("A manifest beyond the limit is not read to its end, whether its length is announced or not")
  func tooLarge() async throws {
    let registry = try await RegistryDouble.start { request in
      let piece = [UInt8](repeating: 0x20, count: 600)
      return request.path.hasSuffix("announced")
        ? .init(pieces: [piece, piece]) : .init(headers: ["Transfer-Encoding": "chunked"], pieces: [piece, piece])
    }
    try await Bench.run([registry], configure: { $0.limits.maxManifestBytes = 1_000 }) { client in
      for tag in ["announced", "chunked"] {
        let found = await failure { try await client.getManifest(name, Sample.tag(tag)) }
        #expect(found == .tooLarge(limit: 1_000))
      }
    }
  }

  @Test("What a label says of the encoding does not decide; a document in another one is refused")
  func encoded() async throws {
    let registry = try await RegistryDouble.start { request in
      .text(request.path.hasSuffix("gzipped") ? "\u{1F}\u{8B}" : " {}", ["Content-Encoding": "gzip"])
    }
    try await Bench.run([registry]) { client in
      let expected = UpstreamFailure.protocolViolation("body is content-encoded, which was not asked for")
      #expect(await failure { try await client.getManifest(name, Sample.tag("gzipped")) } == expected)
      let plain = try await client.getManifest(name, Sample.tag("plain"))
      #expect(String(buffer: plain.bytes) == " {}")
      let blob = try await client.getBlob(name, Sample.digest("a"))
      #expect(blob.length == 3)
    }
  }

  @Test(
    "A 404 is a registry's if it says so; else nobody's in particular, or that of a page",
    arguments: [
      (.text(#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#, status: 404), .notFound),
      (.text("404 page not found", status: 404, ["Docker-Distribution-Api-Version": "registry/2.0"]), .notFound),
      (.text("<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code></Error>", status: 404), .notFound),
      (.status(404), .absenceUnclear), (.text(#"{"message":"no Route matched"}"#, status: 404), .absenceUnclear),
      (.text(#"{"errors":[]}"#, status: 410), .absenceUnclear),
      (.text("no healthy upstream", status: 404), .failed(status: 404, message: page("no healthy upstream"))),
      (
        .text("<html><head>\n<title> Not\nfound </title><body>x", status: 404),
        .failed(status: 404, message: page("Not found"))
      ),
      (.text("<!DOCTYPE html><h1>Gone</h1> away", status: 410), .failed(status: 410, message: page("Gone away"))),
    ] as [(RegistryDouble.Reply, UpstreamFailure)]
  )
  func absence(reply: RegistryDouble.Reply, expected: UpstreamFailure) async throws {
    let registry = try await RegistryDouble.start { _ in reply }
    try await Bench.run([registry]) { client in
      #expect(await failure { try await client.getManifest(name, Sample.tag("a")) } == expected)
    }
  }

  private static func page(_ text: String) -> String { "a page that is no registry's: “\(text)”" }

  @Test("A refusal by a page says what the page says; a registry's own does not")
  func refusalByPage() async throws {
    let registry = try await RegistryDouble.start { request in
      request.path.hasSuffix("blocked")
        ? .text("<html><title>Blocked by policy</title>", status: 403)
        : .text(#"{"errors":[{"code":"DENIED","message":"no"}]}"#, status: 403)
    }
    try await Bench.run([registry]) { client in
      let blocked = await failure { try await client.getManifest(name, Sample.tag("blocked")) }
      #expect(blocked == .denied(status: 403, said: "Blocked by policy"))
      #expect(await failure { try await client.getManifest(name, Sample.tag("a")) } == .denied(status: 403))
    }
  }

  @Test(
    "What HEAD of a blob denies is checked by its first byte",
    arguments: [
      (RegistryDouble.Reply(status: 206, headers: ["Content-Range": "bytes 0-0/77"], pieces: [[1]]), 77),
      (.text("whole"), 5), (.status(416, ["Content-Range": "bytes */0"]), 0),
    ] as [(RegistryDouble.Reply, Int64)],
    [403, 404, 405, 501]
  )
  func firstByte(answer: (RegistryDouble.Reply, Int64), headStatus: Int) async throws {
    let (reply, size) = answer
    // 403 is a registry's own refusal, unless it is storage behind a redirect that refuses.
    let registry = try await RegistryDouble.start { request in
      guard request.path == "/data" else {
        return headStatus == 403
          ? .redirect(to: "http://localhost:\(request.port)/data") : Self.data(request, reply, headStatus)
      }
      return Self.data(request, reply, headStatus)
    }
    try await Bench.run([registry], configure: { $0.settings.allowPrivateAddresses = true }) { client in
      let found = try await client.headBlob(name, Sample.digest("x"))
      #expect(found == BlobHead(digest: nil, size: size))
    }
    #expect(registry.requests.last?.headers["Range"] == ["bytes=0-0"])
  }

  private static func data(_ request: RegistryDouble.Request, _ reply: RegistryDouble.Reply, _ headStatus: Int)
    -> RegistryDouble.Reply
  {
    request.method == .HEAD ? .status(headStatus) : reply
  }

  @Test("A header of any size ends somewhere")
  func headers() async throws {
    let registry = try await RegistryDouble.start { request in
      var reply = RegistryDouble.Reply.text("{}")
      switch request.path.split(separator: "/").last {
      case "many": for index in 0..<200 { reply.headers.add(name: "X-\(index)", value: "x") }
      case "large": reply.headers.add(name: "X", value: String(repeating: "x", count: 70_000))
      case "informational": reply.informational = 20
      default: reply.informational = 3
      }
      return reply
    }
    try await Bench.run([registry]) { client in
      for (tag, reason) in [
        ("many", "response header too large"), ("large", "response header too large"),
        ("informational", "too many informational responses"),
      ] {
        let found = await failure { try await client.getManifest(name, Sample.tag(tag)) }
        #expect(found == .protocolViolation(reason))
      }
      _ = try await client.getManifest(name, Sample.tag("few"))
    }
  }
}
