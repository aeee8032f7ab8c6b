import NIOCore
import NIOPosix

/// Answers every request with the same bytes, whatever they are.
final class RawDouble: Sendable {
  private let channel: any Channel

  /// `127.0.0.1:port`.
  var authority: String { "127.0.0.1:\(channel.localAddress?.port ?? 0)" }

  /// Starts to listen on a free port.
  /// - Parameter closes: whether the connection is closed behind the bytes.
  static func start(_ answer: String, closes: Bool) async throws -> RawDouble {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Answering(ByteBuffer(string: answer), closes: closes))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return RawDouble(channel)
  }

  private init(_ channel: any Channel) { self.channel = channel }

  func stop() async { try? await channel.close() }
}

private final class Answering: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let answer: ByteBuffer
  private let closes: Bool
  private var received = ""

  init(_ answer: ByteBuffer, closes: Bool) { (self.answer, self.closes) = (answer, closes) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += String(buffer: unwrapInboundIn(data))
    while let end = received.firstRange(of: "\r\n\r\n") {
      received.removeSubrange(..<end.upperBound)
      context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
      if closes { return context.close(promise: nil) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
