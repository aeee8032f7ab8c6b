import Testing

@testable import ScriptedUpstream

/// How bodies are framed and spoilt, as it looks from the other end of the wire.
@Suite struct FramingWireTests {
  @Test func chunkedHasNoLength() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) { $0.framing = .chunked }
      let connection = try scene.connect()
      for (path, bytes) in [(scene.smallPath, Scene.smallBytes), (scene.largePath, Scene.largeBytes)] {
        connection.request(path)
        #expect(try await connection.head()["Content-Length"] == nil)
        #expect(try await connection.chunks() == bytes)
      }
    }
  }

  @Test func aBodyCanEndWithTheConnection() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) { $0.framing = .close }
      let connection = try scene.connect()
      connection.request(scene.largePath)
      let head = try await connection.head()
      #expect((head["Content-Length"], head["Transfer-Encoding"], head["Connection"]) == (nil, nil, "close"))
      let (bytes, end) = try await connection.rest()
      #expect(bytes == Scene.largeBytes)
      #expect(end == .closed)
    }
  }

  @Test func aLengthCanPromiseMore() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) { $0.lengthError = 7 }
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      #expect(try await connection.head()["Content-Length"] == "1007")
      #expect(try await connection.rest().bytes == Scene.smallBytes)
    }
  }

  @Test func aLengthCanPromiseLess() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) {
        $0.lengthError = -7
        $0.close = true
      }
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      #expect(try await connection.head()["Content-Length"] == "993")
      #expect(try await connection.rest().bytes == Scene.smallBytes)
    }
  }

  @Test(arguments: [Int64(0), 1, 500, 999, -1, -1000])
  func oneByteCanBeWrong(_ offset: Int64) async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) { $0.flipByte = offset }
      var expected = Scene.smallBytes
      let index = Int(offset < 0 ? 1000 + offset : offset)
      expected[index] = ~expected[index]
      let body = try await scene.get(scene.smallPath).body
      #expect(body == expected)
    }
  }

  @Test func oneByteOfAFileCanBeWrong() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) { $0.flipByte = 2_000_000 }
      var expected = Scene.largeBytes
      expected[2_000_000] = ~expected[2_000_000]
      let body = try await scene.get(scene.largePath).body
      #expect(body == expected)
    }
  }

  @Test func bytesCanFollowTheBody() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) {
        $0.extraBytes = 3
        $0.close = true
      }
      let connection = try scene.connect()
      connection.request(scene.smallPath)
      #expect(try await connection.answer().body == Scene.smallBytes)
      #expect(try await connection.rest().bytes == Array("xxx".utf8))
    }
  }

  @Test func aBodyCanBeGzip() async throws {
    try await Scene.run { scene in
      scene.upstream.on(RuleMatch()) { $0.gzip = true }
      let (head, body) = try await scene.get(scene.smallPath)
      #expect(head["Content-Encoding"] == "gzip")
      // One stored block: 10 bytes of gzip's head, 5 of the block's, the bytes, 8 of the tail.
      #expect(body.count == 1023)
      #expect(Array(body[15..<1015]) == Scene.smallBytes)
      #expect(body[..<2] == [0x1F, 0x8B])
    }
  }
}
