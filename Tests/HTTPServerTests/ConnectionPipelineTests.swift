import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import OCI
import Testing

@testable import HTTPServer

/// The handlers of a connection together: turns, back-pressure, framing, limits and ends.
@Suite struct ConnectionPipelineTests {
  private static func get(_ target: String, _ fields: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
  }

  private static let upgrade =
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"

  @Test("Requests that were sent ahead are answered in order, one in each turn of the event loop")
  func pipelined() throws {
    let connection = try TestConnection()
    try connection.send((1...5).map { Self.get("/\($0)") }.joined())
    #expect(try connection.channel.readOutbound(as: IOData.self) != nil)
    #expect(try connection.answers().count == 4, "the first has been answered before")
    #expect(connection.isOpen)
  }

  @Test("No request is taken up before the last answer has left")
  func unwritable() throws {
    let connection = try TestConnection()
    connection.isWritable(false)
    try connection.send((1...3).map { Self.get("/\($0)") }.joined())
    #expect(try connection.answers() == ["200 /1"])
    connection.isWritable(true)
    #expect(try connection.answers() == ["200 /2", "200 /3"])
  }

  @Test("Nothing is read while an answer has not left")
  func reading() throws {
    final class Reads: ChannelOutboundHandler {
      typealias OutboundIn = ByteBuffer
      var count = 0
      func read(context: ChannelHandlerContext) { count += 1 }
    }
    let connection = try TestConnection()
    let reads = Reads()
    try connection.channel.pipeline.syncOperations.addHandler(reads, position: .first)
    connection.channel.read()
    #expect(reads.count == 1)
    connection.isWritable(false)
    try connection.send(Self.get("/1"))
    connection.channel.read()
    connection.channel.read()
    let count = reads.count
    connection.channel.embeddedEventLoop.run()
    #expect(reads.count == count)
    connection.isWritable(true)
    #expect(reads.count > count)
  }

  @Test("A long answer is written in pieces, each when the last has left")
  func pieces() throws {
    var limits = Limits()
    limits.sendfilePieceBytes = 1 << 18
    let connection = try TestConnection(limits: limits)
    let socket = try connection.fill()
    try connection.send(Self.get("/large") + Self.get("/next"))
    #expect(try connection.received().isEmpty)
    #expect(socket.waitingBytes < (1 << 18) + 1_000)
    socket.takeAll()
    #expect(try connection.received().utf8.count > TestConnection.Echo.largeBytes)
    socket.takeAll()
    #expect(try connection.received().hasSuffix("/next"))
  }

  @Test(
    "An offer of another protocol is ignored, and the connection goes on",
    arguments: [
      [get("/1", upgrade), get("/2")], [get("/1", upgrade), get("/2", upgrade), get("/3", upgrade)],
      [get("/1") + get("/2", upgrade) + get("/3")],
      [get("/1", "Connection: upgrade\r\nUpgrade: websocket\r\n"), get("/2")],
      [get("/1", "Upgrade: TLS/1.2\r\nConnection: keep-alive, Upgrade\r\n") + get("/2")],
      [get("/1", "Connection: keep-alive\r\nConnection: UPGRADE\r\nUpgrade: x\r\n"), get("/2")],
      ["POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\(upgrade)\r\nbody" + get("/2")],
      ["POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\(upgrade)\r\n", "bo", "dy" + get("/2")],
      ["POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\(upgrade)\r\n4\r\nbody\r\n0\r\n\r\n" + get("/2")],
      [get("/1", "Upgrade: h2c\r\n"), get("/2")], [get("/1", "Connection: upgrade\r\n"), get("/2")],
    ]
  )
  func upgradeOffers(pieces: [String]) throws {
    let connection = try TestConnection(maxBodyBytes: 1_000)
    var answers: [String] = []
    for piece in pieces {
      try connection.send(piece)
      answers += try connection.answers()
    }
    let count = pieces.joined().components(separatedBy: " HTTP/1.1\r\n").count - 1
    #expect(answers.map { String($0.prefix(6)) } == (1...count).map { "200 /\($0)" })
    #expect(connection.isOpen)
  }

  @Test("A client that has closed its side gets the answers to all that it asked before, then the end")
  func halfClosed() throws {
    let connection = try TestConnection()
    connection.isWritable(false)
    try connection.send(Self.get("/1") + Self.get("/2"))
    connection.endSending()
    #expect(try connection.answers() == ["200 /1"])
    connection.isWritable(true)
    #expect(try connection.answers() == ["200 /2"])
    #expect(!connection.isOpen)
  }

  @Test(
    "What is answered by a refusal ends with it, and what comes behind is read and dropped",
    arguments: [
      ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
      ("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "400"), ("GET / HTTP/1.1\r\n\r\n", "400"),
      ("nonsense\r\n\r\n", "400"),
      ("GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 20_000))\r\n\r\n", "431"),
      ("GET / HTTP/1.1\r\nHost: x\r\nRange: \(String(repeating: "a", count: 70_000))\r\n\r\n", "431"),
      ("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc", "200"),
    ]
  )
  func refused(request: String, status: String) throws {
    let connection = try TestConnection()
    try connection.send(request)
    let answer = try connection.received()
    #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
    #expect(answer.contains("onnection: close\r\n"))
    try connection.send("abcdefgh" + Self.get("/smuggled"))
    #expect(try connection.received().isEmpty)
    connection.advance(.seconds(10))
    #expect(!connection.isOpen)
  }

  @Test("A large header is taken of few connections at once")
  func largeHeads() throws {
    let connection = try TestConnection()
    let ranges = "Range: bytes=\(String(repeating: "0-1,", count: 10_000))2-3\r\n"
    for _ in 0..<2 {
      try connection.send(Self.get("/1", ranges))
      #expect(try connection.answers() == ["200 /1"])
    }
    #expect(connection.isOpen)
  }

  @Test(
    "A client that does nothing is closed",
    arguments: [
      ("", 12), (get("/1"), 65), ("GET / HTTP/1.1\r\nHost: x\r\n", 14),
      ("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nb", 65),
    ] as [(String, Int64)]
  )
  func overdue(text: String, seconds: Int64) throws {
    let connection = try TestConnection(maxBodyBytes: 1_000)
    if !text.isEmpty { try connection.send(text) }
    _ = try connection.received()
    connection.advance(.seconds(seconds - 6))
    #expect(connection.isOpen)
    connection.advance(.seconds(6))
    #expect(!connection.isOpen)
  }

  @Test("A shutdown closes idle connections at once, others behind the answer that they get")
  func shutdown() throws {
    let idle = try TestConnection()
    try idle.send(Self.get("/1"))
    #expect(try idle.answers() == ["200 /1"])
    idle.channel.pipeline.fireUserInboundEventTriggered(ShutdownEvent())
    _ = try idle.received()
    #expect(!idle.isOpen)

    let busy = try TestConnection()
    let socket = try busy.fill()
    try busy.send(Self.get("/large") + Self.get("/2"))
    busy.channel.pipeline.fireUserInboundEventTriggered(ShutdownEvent())
    #expect(try busy.received().isEmpty)
    #expect(busy.isOpen)
    socket.takeAll()
    let text = try busy.received()
    #expect(text.utf8.count > TestConnection.Echo.largeBytes)
    #expect(!text.contains("/2"))
    #expect(!busy.isOpen)
  }

  @Test("Requests beyond a client's rate are 429, and say when to come again")
  func rate() throws {
    let connection = try TestConnection(rates: ClientRates(perSecond: 2, maxClients: 10))
    try connection.send(Self.get("/1") + Self.get("/2") + Self.get("/3"))
    let text = try connection.received()
    #expect(text.components(separatedBy: "HTTP/1.1 200").count == 3)
    #expect(text.contains("HTTP/1.1 429"))
    #expect(text.contains("etry-After: 1\r\n"))
    #expect(connection.isOpen)
  }

  @Test("Places are noted as they are taken")
  func standing() throws {
    let connection = try TestConnection()
    #expect(connection.place.standing.kind == .awaitingClient)
    connection.isWritable(false)
    try connection.send(Self.get("/large"))
    #expect(connection.place.standing.kind == .sending)
    connection.isWritable(true)
    #expect(connection.place.standing.kind == .awaitingClient)
  }
}
