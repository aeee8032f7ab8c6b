import NIOCore
import NIOPosix
import NIOSSL

/// One request over TLS, and all that came until the connection ended.
struct TLSExchange: Sendable {
  /// Head and body as they came.
  var bytes: [UInt8]
  /// What the TLS library said of the end, if anything.
  var error: String?

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The bytes after the head.
  var body: [UInt8] {
    guard let end = bytes.firstRange(of: [13, 10, 13, 10]) else { return [] }
    return Array(bytes[end.upperBound...])
  }

  /// Sends a request to a port of 127.0.0.1, trusting one certificate alone.
  static func run(port: Int, target: String, trusting certificate: String) async throws -> TLSExchange {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)))
    let context = try NIOSSLContext(configuration: configuration)
    let group = MultiThreadedEventLoopGroup.singleton
    let promise = group.any().makePromise(of: TLSExchange.self)
    let request = ByteBuffer(string: "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    let channel = try await ClientBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(
            NIOSSLClientHandler(context: context, serverHostname: "localhost"),
            Collector(request, promise)
          )
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    let exchange = try await promise.futureResult.get()
    try? await channel.close().get()
    return exchange
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let request: ByteBuffer
    private let promise: EventLoopPromise<TLSExchange>
    private var exchange = TLSExchange(bytes: [], error: nil)

    init(_ request: ByteBuffer, _ promise: EventLoopPromise<TLSExchange>) {
      self.request = request
      self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      exchange.bytes += unwrapInboundIn(data).readableBytesView
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      exchange.error = exchange.error ?? "\(error)"
      context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { promise.succeed(exchange) }
  }
}
