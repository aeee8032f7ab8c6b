import Foundation
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import OCI
import Synchronization
import Testing

@testable import HTTPServer

/// What every answer has: a date, a line in the log, its counters; and what it has not.
@Suite struct AnswerTests {
  /// Keeps lines.
  struct Lines: LogHandler {
    final class Kept: Sendable {
      let lines = Mutex<[(level: Logger.Level, text: String, metadata: Logger.Metadata)]>([])
      var all: [(level: Logger.Level, text: String, metadata: Logger.Metadata)] { lines.withLock { $0 } }
    }
    let kept: Kept
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      kept.lines.withLock { $0.append((event.level, "\(event.message)", event.metadata ?? [:])) }
    }
  }

  /// Notes what it is told.
  final class Account: RequestCounting {
    let seen = Mutex<[String]>([])
    var all: [String] { seen.withLock { $0 } }
    private func note(_ text: String) { seen.withLock { $0.append(text) } }
    func answered(_ outcome: OutcomeLabel) { note("answered \(outcome.number)") }
    func sent(_ bytes: Int64, _ outcome: OutcomeLabel) { note("sent \(bytes)") }
    func firstByte(afterNanoseconds elapsed: Int64, _ outcome: OutcomeLabel) { note("first byte") }
    func ended(afterNanoseconds elapsed: Int64) { note("ended") }
    func describe(in metadata: inout Logger.Metadata) { metadata["upstream"] = "here" }
  }

  /// A source of which nothing ever comes.
  private struct Endless: BodySource {
    var descriptor: Int32? { nil }
    func available(from offset: Int64, wake: @escaping @Sendable () -> Void) -> BodyAvailability { .wait(BodyWait(1)) }
  }

  private struct Fixed: Responder {
    let reply: Reply
    func respond(to request: Request) -> Response { .now(reply) }
  }

  private static func reply(
    _ text: String = "hello",
    _ status: HTTPResponseStatus = .ok,
    headers: HTTPHeaders = [:]
  ) -> Reply {
    var all: HTTPHeaders = ["Content-Length": "\(text.utf8.count)"]
    all.add(contentsOf: headers)
    return Reply(status: status, headers: all, body: .bytes(ByteBuffer(string: text)))
  }

  private let kept = Lines.Kept()
  private var log: Logger { Logger(label: "test") { [kept] _ in Lines(kept: kept) } }

  private func exchange(_ request: String, _ reply: Reply = reply()) throws -> (text: String, isOpen: Bool) {
    let connection = try TestConnection(responder: Fixed(reply: reply), log: log)
    try connection.send(request)
    return (try connection.received(), connection.isOpen)
  }

  private static let get = "GET /v2/x?token=secret HTTP/1.1\r\nHost: x\r\nUser-Agent: engine/1\r\n\r\n"

  @Test(
    "Every answer has a date and a line in the log",
    arguments: [
      (get, "200"), ("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "200"),
      ("GET /x HTTP/1.1\r\n\r\n", "400"), ("nonsense\r\n\r\n", "400"),
      ("GET /x HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 20_000))\r\n\r\n", "431"),
    ]
  )
  func always(request: String, status: String) throws {
    let answer = try exchange(request).text
    #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
    #expect(answer.contains("\r\nDate: ") || answer.contains("\r\ndate: "))
    #expect(kept.all.count == 1)
    #expect(kept.all.first?.metadata["status"].map { "\($0)" } == status)
    #expect(kept.all.first?.metadata["request"] != nil)
  }

  @Test("The line says who asked for what, how it was answered and how much was sent, without the query")
  func line() throws {
    _ = try exchange(Self.get, Self.reply().counted(on: Account()))
    let line = try #require(kept.all.first)
    #expect(line.level == .debug && line.text == "request")
    let said = line.metadata.mapValues { "\($0)" }
    #expect(said["method"] == "GET" && said["path"] == "/v2/x" && said["bytes"] == "5" && said["outcome"] == "2xx")
    #expect(said["agent"] == "engine/1" && said["upstream"] == "here")
    #expect(!said.values.contains { $0.contains("secret") })
  }

  @Test("What an operator may want to mend is said at a level that is shown")
  func trouble() throws {
    var reply = Self.reply("x", .badGateway)
    reply.trouble = "the upstream is down"
    _ = try exchange(Self.get, reply)
    #expect(kept.all.first?.level == .info)
    #expect(kept.all.first?.metadata["error"] == "the upstream is down")
  }

  @Test("An answer is counted where it says, in order", arguments: [(200, true), (206, true), (404, false)])
  func counted(status: Int, countsBytes: Bool) throws {
    let account = Account()
    _ = try exchange(Self.get, Self.reply("hello", .init(statusCode: status)).counted(on: account))
    let bytes = countsBytes ? ["sent 5", "first byte"] : []
    #expect(account.all == ["answered \(status / 100)"] + bytes + ["ended"])
  }

  @Test("An outcome that the tenant gives counts instead of the status")
  func outcome() throws {
    let account = Account()
    var reply = Self.reply().counted(on: account)
    reply.outcome = OutcomeLabel(9)
    _ = try exchange(Self.get, reply)
    #expect(account.all.first == "answered 9")
    #expect(kept.all.first?.metadata["outcome"] == "9xx")
  }

  @Test("HEAD is answered with the header alone")
  func head() throws {
    let (text, isOpen) = try exchange("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("Content-Length: 5\r\n"))
    #expect(text.hasSuffix("\r\n\r\n"))
    #expect(isOpen)
  }

  @Test(
    "A client that says so keeps its connection, or does not",
    arguments: [
      ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false), ("HTTP/1.0", "", false),
      ("HTTP/1.0", "Connection: keep-alive\r\n", true),
    ]
  )
  func keepAlive(version: String, fields: String, keeps: Bool) throws {
    let (text, isOpen) = try exchange("GET /x \(version)\r\nHost: x\r\n\(fields)\r\n")
    #expect(isOpen == keeps)
    #expect(text.lowercased().contains("connection: close") == !keeps)
    if version == "HTTP/1.0", keeps { #expect(text.lowercased().contains("connection: keep-alive")) }
  }

  @Test(
    "A header that would make a field or an answer of its own is not sent",
    arguments: ["a\r\nb: c", "a\nb", "a\0", "\u{7F}"]
  )
  func unsafe(value: String) throws {
    let (text, isOpen) = try exchange(Self.get, Self.reply(headers: ["X": value]))
    #expect(text.isEmpty)
    #expect(!isOpen)
  }

  @Test("Requests that wait are refused where as many wait as may, and what is soon done is not")
  func overloaded() throws {
    struct Waiting: Responder {
      func respond(to request: Request) -> Response {
        let work: @Sendable () async -> Reply = { AnswerTests.reply() }
        return request.target == "/later" ? .later(work) : .now(AnswerTests.reply())
      }
    }
    let connection = try TestConnection(responder: Waiting(), log: log)
    while connection.connections.beginWaiting() {}
    try connection.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /now HTTP/1.1\r\nHost: x\r\n\r\n")
    let text = try connection.received()
    #expect(text.hasPrefix("HTTP/1.1 503"))
    #expect(text.contains("etry-After: 5\r\n"))
    #expect(text.contains("HTTP/1.1 200"), "the connection goes on")
  }

  @Test("A client that leaves in the midst of its answer leaves a line that says so")
  func cutShort() throws {
    let account = Account()
    let body = Reply.Body.source(Endless(), 0..<10)
    let reply = Reply(status: .ok, headers: ["Content-Length": "10"], body: body).counted(on: account)
    let connection = try TestConnection(responder: Fixed(reply: reply), log: log)
    try connection.send(Self.get)
    connection.channel.close(promise: nil)
    connection.advance(.seconds(1))
    #expect(kept.all.map(\.text) == ["request cut short"])
    #expect(account.all.last == "ended")
  }
}
