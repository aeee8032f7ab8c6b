import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import OCI
import Synchronization
import Testing

@testable import HTTPServer

/// Bodies on their way to a client: files, what is still arriving, memory; slow readers, and sources that fail.
@Suite struct BodyWriterTests {
  /// A source that has as much as it is told, and notes what is done with it.
  private final class Arriving: BodySource {
    struct State {
      var available: Int64 = 0
      var hasFailed = false
      var wake: (@Sendable () -> Void)?
      var events: [String] = []
    }
    private let bytes: ByteBuffer
    private let state = Mutex(State())

    init(_ text: String, available: Int64 = 0) {
      bytes = ByteBuffer(string: text)
      state.withLock { $0.available = available }
    }

    var descriptor: Int32? { nil }
    var events: [String] { state.withLock { $0.events } }

    func available(from offset: Int64, wake: @escaping @Sendable () -> Void) -> BodyAvailability {
      state.withLock { state in
        if state.hasFailed { return .failed }
        guard state.available > offset,
          let slice = bytes.getSlice(at: Int(offset), length: Int(state.available - offset))
        else {
          state.wake = wake
          return .wait(BodyWait(5))
        }
        return .bytes(slice)
      }
    }

    func leave(_ wait: BodyWait) { state.withLock { $0.events.append("leave \(wait.number)") } }
    func joined() { state.withLock { $0.events.append("joined") } }
    func left() { state.withLock { $0.events.append("left") } }

    func arrived(_ count: Int64) { changed { $0.available = count } }
    func fail() { changed { $0.hasFailed = true } }

    private func changed(_ body: (inout State) -> Void) {
      let wake = state.withLock { state in
        body(&state)
        defer { state.wake = nil }
        return state.wake
      }
      wake?()
    }
  }

  /// A file without a name.
  private final class OpenFile: BodySource {
    let file: Int32
    let isBroken = Atomic<Bool>(false)

    init(_ bytes: [UInt8]) {
      let path = NSTemporaryDirectory() + "berth-body-\(UUID().uuidString)"
      file = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
      unlink(path)
      _ = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
    }

    deinit { close(file) }

    var descriptor: Int32? { file }
    func available(from offset: Int64, wake: @escaping @Sendable () -> Void) -> BodyAvailability { .upTo(.max) }
    func cannotBeRead() { isBroken.store(true, ordering: .relaxed) }
  }

  private struct Sends: Responder {
    let source: any BodySource
    let range: Range<Int64>
    var parts: [MultipartRanges.Part] = []

    func respond(to request: Request) -> Response {
      let length = parts.isEmpty ? range.count : parts.reduce(0) { $0 + $1.text.readableBytes + $1.range.count }
      let body: Reply.Body = parts.isEmpty ? .source(source, range) : .parts(parts, source)
      return .now(Reply(status: .ok, headers: ["Content-Length": "\(length)"], body: body))
    }
  }

  private static let get = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"

  private func body(of text: String) -> String {
    text.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
  }

  @Test("What is still arriving is sent as it comes, and its reader is counted once")
  func arriving() throws {
    let source = Arriving("0123456789", available: 3)
    let connection = try TestConnection(responder: Sends(source: source, range: 0..<10))
    try connection.send(Self.get)
    #expect(body(of: try connection.received()) == "012")
    source.arrived(7)
    #expect(try connection.received() == "3456")
    source.arrived(10)
    #expect(try connection.received() == "789")
    #expect(source.events == ["joined", "left"])
    #expect(connection.isOpen)
  }

  @Test("The header leaves before the first byte is there")
  func headerFirst() throws {
    let source = Arriving("0123456789")
    let connection = try TestConnection(responder: Sends(source: source, range: 2..<5))
    try connection.send(Self.get)
    #expect(try connection.received().hasSuffix("\r\n\r\n"))
    source.arrived(9)
    #expect(try connection.received() == "234")
  }

  @Test("A source that fails cuts the body short, so that the client notices")
  func fails() throws {
    let source = Arriving("0123456789", available: 4)
    let connection = try TestConnection(responder: Sends(source: source, range: 0..<10))
    try connection.send(Self.get)
    #expect(body(of: try connection.received()) == "0123")
    source.fail()
    #expect(try connection.received().isEmpty)
    #expect(!connection.isOpen)
    #expect(source.events == ["joined", "left"])
  }

  @Test("A client that leaves while it waits takes its wait back, once")
  func leaves() throws {
    let source = Arriving("0123456789", available: 4)
    let connection = try TestConnection(responder: Sends(source: source, range: 0..<10))
    try connection.send(Self.get)
    _ = try connection.received()
    connection.channel.close(promise: nil)
    connection.advance(.milliseconds(1))
    #expect(source.events == ["joined", "left", "leave 5"])
    source.arrived(10)
    connection.advance(.milliseconds(1))
    #expect(source.events.count == 3)
  }

  @Test("Several ranges are sent in order, each behind its text")
  func parts() throws {
    let source = Arriving("0123456789", available: 10)
    let parts = [("<", 7..<9), ("|", 1..<3), (">", 0..<0)] as [(String, Range<Int64>)]
    let sends = Sends(
      source: source,
      range: 0..<0,
      parts: parts.map { .init(text: ByteBuffer(string: $0.0), range: $0.1) }
    )
    let connection = try TestConnection(responder: sends)
    try connection.send(Self.get)
    #expect(body(of: try connection.received()) == "<78|12>")
  }

  @Test("A slow reader has one piece waiting, whatever the body's length")
  func slowReader() throws {
    var limits = Limits()
    limits.sendfilePieceBytes = 10_000
    let text = String(repeating: "x", count: 100_000)
    let source = Arriving(text, available: 100_000)
    let connection = try TestConnection(responder: Sends(source: source, range: 0..<100_000), limits: limits)
    let socket = try connection.fill()
    try connection.send(Self.get)
    #expect(socket.waitingBytes < 10_500)
    _ = try connection.received()
    #expect(socket.waitingBytes < 10_500, "nothing more until that has left")
    socket.takeAll()
    #expect(body(of: try connection.received()) == text)
  }

  @Test("A file in memory is handed to the kernel, a piece at a time")
  func file() throws {
    var limits = Limits()
    limits.sendfilePieceBytes = 40_000
    let source = OpenFile([UInt8](repeating: 9, count: 100_000))
    let connection = try TestConnection(responder: Sends(source: source, range: 5..<100_000), limits: limits)
    try connection.send(Self.get)
    var regions: [Range<Int>] = []
    for _ in 0..<20 {
      connection.advance(.milliseconds(1))
      while let data = try connection.channel.readOutbound(as: IOData.self) {
        if case .fileRegion(let region) = data { regions.append(region.readerIndex..<region.endIndex) }
      }
    }
    #expect(regions == [5..<40_005, 40_005..<80_005, 80_005..<100_000])
    let isBroken = source.isBroken.load(ordering: .relaxed)
    #expect(!isBroken)
    // The descriptor is the content's to close.
    #expect(fcntl(source.file, F_GETFD) >= 0)
  }

  @Test("A source without a file that says it has bytes in one is cut short")
  func noFile() throws {
    struct Empty: BodySource {
      var descriptor: Int32? { nil }
      func available(from offset: Int64, wake: @escaping @Sendable () -> Void) -> BodyAvailability { .upTo(.max) }
    }
    let connection = try TestConnection(responder: Sends(source: Empty(), range: 0..<10))
    try connection.send(Self.get)
    #expect(body(of: try connection.received()).isEmpty)
    #expect(!connection.isOpen)
  }

  @Test("An empty body is complete at once, and the connection goes on")
  func empty() throws {
    let connection = try TestConnection(responder: Sends(source: Arriving(""), range: 0..<0))
    try connection.send(Self.get + Self.get)
    #expect(try connection.received().components(separatedBy: "HTTP/1.1 200").count == 3)
    #expect(connection.isOpen)
  }
}
