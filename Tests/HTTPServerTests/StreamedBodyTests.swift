import Foundation
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import OCI
import Synchronization
import Testing

@testable import HTTPServer

/// Bodies that are handed on as they arrive.
@Suite(.timeLimit(.minutes(1))) struct StreamedBodyTests {
  /// Takes bodies as it is told to.
  private struct Taker: Responder {
    let take: @Sendable (RequestBody) async throws -> Int

    func intake(of target: String, _ method: HTTPMethod) -> BodyIntake { .streamed }

    func respond(to request: Request) -> Response {
      guard let body = request.stream else { return .now(Self.reply("none", .ok)) }
      return .soon {
        do {
          return Self.reply("\(try await take(body))", .created)
        } catch {
          return Self.reply("\(type(of: error))", .badRequest)
        }
      }
    }

    static func reply(_ text: String, _ status: HTTPResponseStatus) -> Reply {
      let bytes = ByteBuffer(string: text)
      return Reply(status: status, headers: ["Content-Length": "\(bytes.readableBytes)"], body: .bytes(bytes))
    }
  }

  /// Lets whoever waits pass when it is opened.
  private final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    init() { (stream, continuation) = AsyncStream.makeStream() }
    func open() { continuation.finish() }
    func pass() async { for await _ in stream {} }
  }

  @Sendable private static func count(_ body: RequestBody) async throws -> Int {
    var count = 0
    for try await piece in body { count += piece.readableBytes }
    return count
  }

  private static func put(_ length: Int, _ fields: String = "") -> String {
    "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\(fields)\r\n"
  }

  @Test("A body is handed on as it comes, and the connection goes on behind the answer")
  func whole() async throws {
    let connection = try await AsyncTestConnection(responder: Taker(take: Self.count))
    for number in 1...2 {
      try await connection.send(Self.put(10) + "01234")
      try await connection.send("56789")
      let answers = await connection.answers(number)
      #expect(answers.last?.hasPrefix("201 ") == true)
      #expect(answers.last?.hasSuffix("\r\n\r\n10") == true)
      await connection.channel.testingEventLoop.advanceTime(by: .milliseconds(10))
    }
    #expect(connection.channel.isActive)
    await connection.finish()
  }

  @Test("A chunked body, and one that is empty or missing")
  func forms() async throws {
    let chunked = "PUT /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    for (text, expected) in [(chunked, "5"), (Self.put(0), "none"), ("PUT /x HTTP/1.1\r\nHost: x\r\n\r\n", "none")] {
      let connection = try await AsyncTestConnection(responder: Taker(take: Self.count))
      try await connection.send(text)
      let answers = await connection.answers(1)
      #expect(answers.first?.hasSuffix("\r\n\r\n\(expected)") == true)
      await connection.finish()
    }
  }

  @Test("Of a body that nobody takes no more than a window is read, however long it is, and all of it arrives later")
  func backPressure() async throws {
    var limits = Limits()
    limits.requestBodyWindowBytes = 512 << 10
    let (gate, piece) = (Gate(), ByteBuffer(repeating: 7, count: 64 << 10))
    let total = 64 << 20
    let taken = Taker { body in
      await gate.pass()
      return try await Self.count(body)
    }
    let connection = try await AsyncTestConnection(responder: taken, limits: limits)
    try await connection.askToRead()
    #expect(connection.socket.takeRead())
    try await connection.send(Self.put(total))
    var sent = 0
    while true {
      try await connection.askToRead()
      guard connection.socket.takeRead() else { break }
      try await connection.send(piece)
      sent += piece.readableBytes
      if sent >= total { break }
    }
    #expect(sent <= limits.requestBodyWindowBytes + 2 * piece.readableBytes, "the client is held back")
    #expect(sent >= limits.requestBodyWindowBytes / 2)
    gate.open()
    while sent < total {
      try await connection.askToRead()
      guard connection.socket.takeRead() else {
        await connection.socket.wait { $0.reads > 0 }
        continue
      }
      try await connection.send(piece)
      sent += piece.readableBytes
    }
    let answers = await connection.answers(1)
    #expect(answers.first?.hasSuffix("\r\n\r\n\(total)") == true)
    await connection.finish()
  }

  @Test("An answer before the end of its request reaches the client, which is read past and then closed")
  func early() async throws {
    let connection = try await AsyncTestConnection(responder: Taker { _ in 0 })
    try await connection.send(Self.put(10) + "01234")
    let answers = await connection.answers(1)
    #expect(answers.first?.contains("onnection: close\r\n") == true)
    #expect(!connection.socket.seen.isClosed)
    try await connection.send("56789")
    await connection.socket.wait(until: \.isClosed)
    #expect(!connection.channel.isActive)
    await connection.finish()
  }

  @Test("A client that leaves interrupts the body, and whoever takes it learns so", arguments: [true, false])
  func interrupted(closesItsSide: Bool) async throws {
    let (ended, began) = (Gate(), Gate())
    let failure = Mutex<String?>(nil)
    let taken = Taker { body in
      began.open()
      defer { ended.open() }
      do {
        return try await Self.count(body)
      } catch {
        failure.withLock { $0 = "\(type(of: error))" }
        throw error
      }
    }
    let connection = try await AsyncTestConnection(responder: taken)
    try await connection.send(Self.put(10) + "01234")
    await began.pass()
    if closesItsSide { try await connection.endSending() } else { try await connection.vanish() }
    await ended.pass()
    #expect(failure.withLock { $0 } == "Interrupted")
    #expect(!connection.socket.seen.text.contains("201"))
    await connection.finish()
  }

  @Test("A body that is no longer well-formed is answered with what is wrong, and interrupts whoever takes it")
  func malformed() async throws {
    let ended = Gate()
    let taken = Taker { body in
      defer { ended.open() }
      return try await Self.count(body)
    }
    let connection = try await AsyncTestConnection(responder: taken)
    try await connection.send("PUT /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
    try await connection.send("nonsense\r\n")
    let answers = await connection.answers(1)
    #expect(answers.first?.hasPrefix("400 ") == true)
    await ended.pass()
    #expect(connection.socket.seen.text.components(separatedBy: "HTTP/1.1 ").count == 2, "one answer")
    await connection.finish()
  }

  @Test("A document is collected up to its bound", arguments: [(5, "5"), (6, "TooLarge")])
  func collected(length: Int, expected: String) async throws {
    let connection = try await AsyncTestConnection(responder: Taker { try await $0.collect(upTo: 5).readableBytes })
    try await connection.send(Self.put(length) + String(repeating: "a", count: length))
    let answers = await connection.answers(1)
    #expect(answers.first?.hasSuffix("\r\n\r\n\(expected)") == true)
    await connection.finish()
  }

  @Test("A shutdown lets a body arrive and its answer leave, and then closes")
  func shutdown() async throws {
    let connection = try await AsyncTestConnection(responder: Taker(take: Self.count))
    try await connection.send(Self.put(4) + "01")
    try await connection.channel.testingEventLoop.executeInContext { [channel = connection.channel] in
      channel.pipeline.fireUserInboundEventTriggered(ShutdownEvent())
    }
    try await connection.send("23")
    let answers = await connection.answers(1)
    #expect(answers.first?.hasSuffix("\r\n\r\n4") == true)
    await connection.socket.wait(until: \.isClosed)
    await connection.finish()
  }
}
