import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A registry of a few lines: a real HTTP server on loopback whose answers a test decides one by one.
final class RegistryDouble: Sendable {
  /// A request as it arrived.
  struct Request: Sendable {
    var method: HTTPMethod
    var uri: String
    var headers: HTTPHeaders
    var body: String

    var path: String { String(uri.prefix { $0 != "?" }) }
    /// The port that it was sent to.
    var port: String { String((headers.first(name: "Host") ?? "").split(separator: ":").last ?? "") }
    var authorization: String? { headers.first(name: "Authorization") }
  }

  /// What is sent back, and how it ends.
  struct Reply: Sendable {
    /// What happens behind the body.
    enum Ending: Sendable {
      case complete
      /// The connection is closed although more has been announced.
      case close
      /// The connection is reset once everything has been taken by the other side's kernel.
      case reset
      /// Nothing more comes, and nothing is closed.
      case stall
    }

    var status = 200
    var headers: HTTPHeaders = [:]
    var pieces: [[UInt8]] = []
    var ending = Ending.complete
    /// 1xx answers in front.
    var informational = 0
    /// No answer at all: the connection is closed (or left alone, if the ending says so).
    var isSilent = false

    static func text(_ text: String, status: Int = 200, _ headers: HTTPHeaders = [:]) -> Reply {
      Reply(status: status, headers: headers, pieces: [Array(text.utf8)])
    }

    static func status(_ status: Int, _ headers: HTTPHeaders = [:]) -> Reply { Reply(status: status, headers: headers) }

    static func redirect(to location: String, status: Int = 307) -> Reply {
      Reply(status: status, headers: ["Location": location])
    }

    static func challenge(_ field: String) -> Reply { Reply(status: 401, headers: ["WWW-Authenticate": field]) }
  }

  typealias Script = @Sendable (Request) -> Reply

  let port: Int
  private let channel: any Channel
  private let log: RequestLog

  /// Every request so far.
  var requests: [Request] { log.requests.withLock { $0 } }

  /// `127.0.0.1:port`.
  var authority: String { "127.0.0.1:\(port)" }

  /// Starts to listen on a free port.
  static func start(tls: NIOSSLContext? = nil, _ script: @escaping Script) async throws -> RegistryDouble {
    let log = RequestLog()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        log.endings.withLock { $0.append(channel.closeFuture) }
        return channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
          try pipeline.configureHTTPServerPipeline()
          try pipeline.addHandler(ScriptedHandler(script, log))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return RegistryDouble(channel, log)
  }

  private init(_ channel: any Channel, _ log: RequestLog) {
    (self.channel, self.log) = (channel, log)
    port = channel.localAddress?.port ?? 0
  }

  func stop() async { try? await channel.close() }

  /// Waits until all connections so far have ended, and whoever is at their other ends can have seen it.
  func connectionsEnded() async throws {
    for ending in log.endings.withLock({ $0 }) { try await ending.get() }
    // Clients share the event loops, each of which looks at its sockets between two tasks that come from outside.
    for _ in 0..<1_000 {
      for eventLoop in MultiThreadedEventLoopGroup.singleton.makeIterator() { try await eventLoop.submit {}.get() }
    }
  }

  final class RequestLog: Sendable {
    let endings = Mutex<[EventLoopFuture<Void>]>([])
    let requests = Mutex<[Request]>([])
  }
}

private final class ScriptedHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let script: RegistryDouble.Script
  private let log: RegistryDouble.RequestLog
  private var request: RegistryDouble.Request?

  init(_ script: @escaping RegistryDouble.Script, _ log: RegistryDouble.RequestLog) {
    (self.script, self.log) = (script, log)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      request = RegistryDouble.Request(method: head.method, uri: head.uri, headers: head.headers, body: "")
    case .body(let body): request?.body += String(buffer: body)
    case .end:
      guard let request else { return }
      log.requests.withLock { $0.append(request) }
      send(script(request), to: request, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func send(_ reply: RegistryDouble.Reply, to request: RegistryDouble.Request, _ context: ChannelHandlerContext)
  {
    guard !reply.isSilent else {
      if case .stall = reply.ending { return }
      return context.close(promise: nil)
    }
    for _ in 0..<reply.informational {
      context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: .processing))), promise: nil)
    }
    var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: reply.status), headers: reply.headers)
    let length = reply.pieces.reduce(0) { $0 + $1.count }
    if !head.headers.contains(name: "Content-Length"), !head.headers.contains(name: "Transfer-Encoding") {
      head.headers.add(name: "Content-Length", value: "\(length)")
    }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != .HEAD {
      for piece in reply.pieces {
        context.write(wrapOutboundOut(.body(.byteBuffer(.init(bytes: piece)))), promise: nil)
      }
    }
    switch reply.ending {
    case .complete: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    case .stall: context.flush()
    case .reset:
      context.flush()
      let channel = context.channel
      // Loopback delivers at once, but not at this very instant: a reset would discard what is on its way.
      context.eventLoop.scheduleTask(in: .milliseconds(50)) { Self.reset(channel) }
    case .close:
      context.flush()
      context.close(promise: nil)
    }
  }

  /// tcp(7): a close with a linger time of zero sends RST.
  private static func reset(_ channel: any Channel) {
    guard let socket = channel as? any SocketOptionProvider else { return channel.close(promise: nil) }
    socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
  }
}
