import Foundation
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import OCI

@testable import HTTPServer

/// A socket that takes nothing until it is told to: what is written waits in front of it.
final class FullSocket: ChannelOutboundHandler {
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData
  private var waiting: [(data: NIOAny, promise: EventLoopPromise<Void>?)] = []
  private var context: ChannelHandlerContext?
  private(set) var waitingBytes = 0

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    waitingBytes += unwrapOutboundIn(data).readableBytes
    waiting.append((data, promise))
  }

  /// Takes all that waits, and what is written because of that as well.
  func takeAll() {
    while !waiting.isEmpty {
      let all = waiting
      (waiting, waitingBytes) = ([], 0)
      for (data, promise) in all { context?.write(data, promise: promise) }
      context?.flush()
    }
  }
}

/// A connection of a listener, without a socket and with a clock of its own.
final class TestConnection {
  /// Answers with the target; `/large` with many bytes.
  struct Echo: Responder {
    static let largeBytes = 1 << 20
    var maxBodyBytes = 0

    func intake(of target: String, _ method: HTTPMethod) -> BodyIntake {
      maxBodyBytes > 0 ? .collected(maxBytes: maxBodyBytes) : .none
    }

    func respond(to request: Request) -> Response {
      let body =
        request.target == "/large"
        ? ByteBuffer(repeating: UInt8(ascii: "x"), count: Self.largeBytes)
        : ByteBuffer(string: request.target + (request.body.map { "+\(String(buffer: $0))" } ?? ""))
      return .now(Reply(status: .ok, headers: ["Content-Length": "\(body.readableBytes)"], body: .bytes(body)))
    }
  }

  let channel = EmbeddedChannel()
  let connections: OpenConnections
  let place: ConnectionPlace

  init(
    responder: (any Responder)? = nil,
    maxBodyBytes: Int = 0,
    limits: Limits = Limits(),
    rates: ClientRates? = nil,
    log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  ) throws {
    let capacity = ConnectionCapacity(configured: 10, reserved: 2, descriptors: 1_000)
    connections = OpenConnections(capacity: capacity, maxPerClient: nil, log: log)
    let admitted = connections.admit(.next(at: .own))
    struct Refused: Error {}
    guard let admitted else { throw Refused() }
    place = admitted
    var limits = limits
    limits.maxLargeRequestHeaders = 1
    let tenant = Tenant(
      responder: responder ?? Echo(maxBodyBytes: maxBodyBytes),
      takesBodies: maxBodyBytes > 0,
      refusals: PlainRefusals(),
      outcomes: PlainOutcomes()
    )
    let resources = ServerResources(group: channel.embeddedEventLoop, limits: limits, inherited: .none, log: log)
    let pipeline = ConnectionPipeline(tenant, connections: connections, rates: rates, resources)
    try pipeline.configure(channel, -1, place, nil)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

  var isOpen: Bool { channel.isActive }

  /// The client sends this.
  func send(_ text: String) throws {
    guard isOpen else { return }
    try channel.writeInbound(ByteBuffer(string: text))
  }

  /// The client closes its side.
  func endSending() { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }

  /// All that has been written to the socket since the last time, once the event loop has had its turns.
  func received() throws -> String {
    var text = ""
    for _ in 0..<100 {
      // A turn's pause.
      channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
      while let data = try channel.readOutbound(as: IOData.self) {
        if case .byteBuffer(let bytes) = data { text += String(buffer: bytes) }
      }
    }
    return text
  }

  /// The bodies of the answers that came since the last time.
  func answers() throws -> [String] {
    try received().components(separatedBy: "HTTP/1.1 ").dropFirst().map { answer in
      let parts = answer.components(separatedBy: "\r\n\r\n")
      return String(answer.prefix(3)) + " " + (parts.count > 1 ? parts[1] : "")
    }
  }

  /// The socket takes no more, or takes it again.
  func isWritable(_ isWritable: Bool) {
    channel.isWritable = isWritable
    channel.pipeline.fireChannelWritabilityChanged()
  }

  /// Puts a socket behind the connection that takes nothing.
  func fill() throws -> FullSocket {
    let socket = FullSocket()
    try channel.pipeline.syncOperations.addHandler(socket, position: .first)
    return socket
  }

  func advance(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }
}
