import NIOCore
import OCI
import Testing

@testable import ScriptedUpstream

/// The log, its sums, and waiting for requests.
@Suite struct CountingTests {
  @Test func everythingIsCountedOnce() async throws {
    try await Scene.run { scene in
      let digest = scene.upstream.putManifest("{}".utf8, in: "app", tags: ["1"])
      for (method, path) in [
        ("GET", "/v2/"), ("HEAD", "/v2/"), ("GET", "/v2/app/manifests/1"), ("HEAD", "/v2/app/manifests/\(digest)"),
        ("GET", scene.smallPath), ("HEAD", scene.smallPath), ("GET", scene.largePath), ("GET", "/v2/app/tags/list"),
        ("GET", "/v2/app/referrers/\(digest)"), ("GET", "/nowhere"), ("POST", "/v2/app/blobs/uploads/"),
      ] { _ = try await scene.get(path, method: method) }
      _ = try await scene.get("/token", on: .token)
      _ = try await scene.get("/", on: .recorder)
      let counters = scene.upstream.counters
      #expect(
        counters.requests == [
          .ping: 2, .manifestGet: 1, .manifestHead: 1, .blobGet: 2, .blobHead: 1, .tagsList: 1, .referrers: 1,
          .other: 2, .token: 1, .recorder: 1,
        ]
      )
      #expect(counters.bytes(.blobGet) == 1000 + Int64(Scene.largeBytes.count))
      #expect(counters.bytes(.blobHead) == 0)
      #expect(counters.digest(digest) == .init(gets: 1, heads: 1, redirectTargets: 0, bytes: 2))
      #expect(counters.digest(scene.small) == .init(gets: 1, heads: 1, redirectTargets: 0, bytes: 1000))
      #expect(counters.statuses == [200: 11, 404: 2])
      #expect(counters.connections[.registry]?.accepted == 11)
    }
  }

  @Test func theSumsAreCompleteWhenTheAnswerIs() async throws {
    try await Scene.run { scene in
      let connection = try scene.connect()
      for round in 1...20 {
        connection.request(scene.largePath)
        _ = try await connection.answer()
        #expect(scene.upstream.counters.bytes(.blobGet) == Int64(round * Scene.largeBytes.count))
      }
    }
  }

  @Test func aRecordTellsTheWholeStory() async throws {
    try await Scene.run { scene in
      let rule = scene.upstream.on(RuleMatch(.blobGet)) { $0.delay = 1 }
      let before = NIODeadline.now().uptimeNanoseconds
      _ = try await scene.get(scene.smallPath + "?x=1&y", "X-A: 1", "X-A: 2")
      try await scene.upstream.awaitRequests(RequestFilter(stage: .finished))
      let record = try #require(scene.upstream.requests.first)
      #expect((record.kind, record.repository, record.reference) == (.blobGet, "app", scene.small.description))
      #expect((record.path, record.query, record.method) == (scene.smallPath, "x=1&y", "GET"))
      #expect(record.headers == [["Host", "test"], ["X-A", "1"], ["X-A", "2"]])
      #expect((record.status, record.bytesSent, record.outcome, record.rules) == (200, 1000, .complete, [rule]))
      #expect(before <= record.startedAt)
      #expect(record.startedAt + 1_000_000 <= record.firstByteAt)
      #expect(record.firstByteAt <= record.endedAt)
    }
  }

  @Test func whatRunsAtOnceIsCounted() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.hold = "gate" }
      let connections = try (0..<5).map { _ in try scene.connect() }
      for connection in connections { connection.request(scene.smallPath) }
      try await scene.upstream.awaitRequests(RequestFilter([.blobGet], stage: .held), count: 5)
      #expect(scene.upstream.counters.inFlight[.blobGet] == 5)
      scene.upstream.release("gate")
      for connection in connections { _ = try await connection.answer() }
      try await scene.upstream.awaitRequests(RequestFilter([.blobGet], stage: .finished), count: 5)
      #expect((scene.upstream.counters.inFlight[.blobGet], scene.upstream.counters.peakInFlight[.blobGet]) == (0, 5))
    }
  }

  @Test func aResetForgetsAndWhatRunsThenStaysOut() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.stall = .init(after: 10, until: "gate") }
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      try await scene.upstream.awaitRequests(RequestFilter(stage: .stalled))
      scene.upstream.resetRequests()
      scene.upstream.release("gate")
      #expect(try await connection.answer().body == Scene.smallBytes)
      #expect(scene.upstream.requests.isEmpty)
      #expect(scene.upstream.counters.requests.isEmpty)
      #expect(scene.upstream.counters.bytes(.blobGet) == 0)
      connection.request("/v2/")
      _ = try await connection.answer()
      #expect(scene.upstream.requests.map(\.id) == [0])
    }
  }

  @Test func awaitingCountsWhatHasBeenAndWhatComes() async throws {
    try await Scene.run { scene in
      _ = try await scene.get("/v2/")
      let waiting = Task { try await scene.upstream.awaitRequests(RequestFilter([.ping]), count: 3) }
      for _ in 0..<2 { _ = try await scene.get("/v2/") }
      try await waiting.value
    }
  }

  @Test func awaitingEnds() async throws {
    try await Scene.run { scene in
      _ = try await scene.get("/v2/")
      await #expect(throws: ScriptedUpstreamError.timedOut(seen: 1, wanted: 2)) {
        try await scene.upstream.awaitRequests(RequestFilter([.ping]), count: 2, timeout: .milliseconds(20))
      }
    }
  }

  @Test(arguments: [
    (RequestFilter([.blobGet]), 2), (RequestFilter([.blobGet, .ping]), 3), (RequestFilter(repository: "app"), 1),
    (RequestFilter(status: 404), 1), (RequestFilter(reference: "sha256:*"), 2), (RequestFilter(origin: .token), 0),
    (RequestFilter(stage: .held), 0), (RequestFilter(), 3),
  ])
  func filters(_ filter: RequestFilter, _ count: Int) async throws {
    try await Scene.run { scene in
      for path in ["/v2/", scene.smallPath, "/v2/other/blobs/\(scene.small)"] { _ = try await scene.get(path) }
      #expect(scene.upstream.requests(filter).count == count)
    }
  }

  @Test func theLogKeepsTheNewest() async throws {
    var options = Options()
    options.logCapacity = 3
    try await Scene.run(options) { scene in
      let connection = try scene.connect()
      for _ in 0..<10 {
        connection.request("/v2/")
        _ = try await connection.answer()
      }
      #expect(scene.upstream.requests.map(\.id) == [6, 7, 8, 9])
      #expect(scene.upstream.counters.count(.ping) == 10)
    }
  }
}
