import NIOCore
import Testing

@testable import ScriptedUpstream

/// When bytes come, and how connections end.
@Suite struct TimingWireTests {
  @Test func aHeldAnswerWaitsForItsRelease() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.hold = "gate" }
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      try await scene.upstream.awaitRequests(RequestFilter([.blobGet], stage: .held))
      #expect(try await connection.isSilent(milliseconds: 30))
      #expect(scene.upstream.release("gate") == 1)
      #expect(try await connection.answer().body == Scene.smallBytes)
      // The gate stays open, so that a release may come before what it releases.
      #expect(try await scene.get(scene.smallPath).body == Scene.smallBytes)
    }
  }

  @Test func aGateOpenedOnceIsShutForTheNext() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.hold = "gate" }
      let first = try scene.connect()
      first.request(scene.smallPath)
      try await scene.upstream.awaitRequests(RequestFilter(stage: .held))
      scene.upstream.release("gate", once: true)
      #expect(try await first.answer().body == Scene.smallBytes)
      first.request(scene.smallPath)
      try await scene.upstream.awaitRequests(RequestFilter(stage: .held), count: 2)
      #expect(try await first.isSilent(milliseconds: 30))
    }
  }

  @Test func aBodyCanBeHeldAfterItsHead() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.bodyHold = "gate" }
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      #expect(try await connection.head().status == 200)
      #expect(try await connection.isSilent(milliseconds: 30))
      scene.upstream.release("gate")
      #expect(try await connection.bytes(1000) == Scene.smallBytes)
    }
  }

  @Test func headAndBodyCanBeDelayed() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) {
        $0.delay = 60
        $0.bodyDelay = 60
      }
      let connection = try scene.connect()
      let start = NIODeadline.now()
      connection.request(scene.smallPath)
      _ = try await connection.head()
      #expect(NIODeadline.now() - start >= .milliseconds(60))
      _ = try await connection.bytes(1)
      #expect(NIODeadline.now() - start >= .milliseconds(120))
    }
  }

  @Test func aThrottleKeepsItsPace() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.throttle = 10 << 20 }
      let start = NIODeadline.now()
      let (_, body) = try await scene.get(scene.largePath)
      let time = NIODeadline.now() - start
      #expect(body == Scene.largeBytes)
      // 3 MiB and 5 bytes at 10 MiB/s.
      #expect(time >= .milliseconds(300))
    }
  }

  @Test(arguments: [Int64(0), 1, 700_000, -1])
  func aStallStopsAtItsByte(_ after: Int64) async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.stall = .init(after: after, until: "gate") }
      let connection = try scene.connect()
      connection.request(scene.largePath)
      _ = try await connection.head()
      let count = Int(after < 0 ? Int64(Scene.largeBytes.count) + after : after)
      let before = try await connection.bytes(count)
      try await scene.upstream.awaitRequests(RequestFilter(stage: .stalled))
      #expect(try await connection.isSilent(milliseconds: 30))
      #expect(scene.upstream.counters.bytes(.blobGet) == Int64(count))
      scene.upstream.release("gate")
      let rest = try await connection.bytes(Scene.largeBytes.count - count)
      #expect(before + rest == Scene.largeBytes)
    }
  }

  @Test func aStallMayPass() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.stall = .init(after: 10, milliseconds: 50) }
      let start = NIODeadline.now()
      let body = try await scene.get(scene.smallPath).body
      #expect(body == Scene.smallBytes)
      #expect(NIODeadline.now() - start >= .milliseconds(50))
    }
  }

  @Test func whoeverLeavesAStallIsNoted() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.stall = .init(after: 10) }
      do {
        let connection = try scene.connect()
        connection.request(scene.smallPath)
        try await scene.upstream.awaitRequests(RequestFilter(stage: .stalled))
      }
      try await scene.upstream.awaitRequests(RequestFilter(stage: .finished))
      let record = try #require(scene.upstream.requests.first)
      #expect((record.outcome, record.bytesSent) == (.clientClosed, 10))
    }
  }

  @Test(
    arguments: [Int64(0), 1, 2_000_000, -1],
    [(Action.Cut.Manner.close, RawConnection.End.closed), (.truncate, .closed), (.reset, .reset)]
  )
  func aCutComesAfterItsByte(_ after: Int64, _ manner: (how: Action.Cut.Manner, end: RawConnection.End)) async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet)) { $0.cut = .init(after: after, how: manner.how) }
      let connection = try scene.connect()
      connection.request(scene.largePath)
      #expect(try await connection.head()["Content-Length"] == "\(Scene.largeBytes.count)")
      let (bytes, end) = try await connection.rest()
      let count = Int(after < 0 ? Int64(Scene.largeBytes.count) + after : after)
      #expect(bytes == Array(Scene.largeBytes[..<count]))
      #expect(end == manner.end)
      try await scene.upstream.awaitRequests(RequestFilter(stage: .finished))
      let record = try #require(scene.upstream.requests.first)
      #expect((record.outcome, record.bytesSent) == (.cut, Int64(count)))
    }
  }

  @Test(arguments: [(Action.Cut.Manner.close, RawConnection.End.closed), (.reset, .reset)])
  func aCutCanComeBeforeTheHead(_ how: Action.Cut.Manner, _ expected: RawConnection.End) async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch(.blobGet), times: 1) { $0.cut = .init(after: nil, how: how) }
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      let (bytes, end) = try await connection.rest()
      #expect(bytes.isEmpty)
      #expect(end == expected)
      #expect(scene.upstream.requests.first?.status == 0)
    }
  }

  @Test func aConnectionCanBeClosedInOrder() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) { $0.close = true }
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      let (head, body) = try await connection.answer()
      #expect((head["Connection"], body) == ("close", Scene.smallBytes))
      #expect(try await connection.rest().end == .closed)
    }
  }

  @Test(arguments: [(AcceptFault.Kind.close, RawConnection.End.closed), (.reset, .reset)])
  func aConnectionCanEndAsItIsAccepted(_ kind: AcceptFault.Kind, _ expected: RawConnection.End) async throws {
    try await Scene.run { scene in
      try scene.upstream.append(AcceptFault(kind, times: 1))
      let connection = try scene.connect()
      #expect(try await connection.rest().end == expected)
      #expect(try await scene.get(scene.smallPath).body == Scene.smallBytes)
    }
  }

  @Test func aConnectionCanMeetSilence() async throws {
    try await Scene.run { scene in
      try scene.upstream.append(AcceptFault(.silence, times: 1))
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      #expect(try await connection.isSilent(milliseconds: 50))
      #expect(scene.upstream.counters.requests.isEmpty)
    }
  }

  @Test func aListenerGoesDownAndComesBackAtItsPort() async throws {
    try await Scene.run { scene in
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      _ = try await connection.answer()
      await scene.upstream.down()
      _ = try await connection.rest()
      #expect(throws: RawConnection.Failure.self) { try scene.connect() }
      try await scene.upstream.up()
      #expect(try await scene.get(scene.smallPath).body == Scene.smallBytes)
    }
  }
}
