import NIOCore

/// Closes a connection on a plain-HTTP port at once when it begins with a TLS handshake.
///
/// Engines that are told a registry is insecure try TLS first; against a port that says nothing, some wait ten seconds
/// before they try plain HTTP.
final class PlainPortGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// The first byte of a TLS record that holds a ClientHello (RFC 8446 §5.1).
  private static let handshakeRecord: UInt8 = 22

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    if bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) == Self.handshakeRecord {
      return context.close(promise: nil)
    }
    context.fireChannelRead(data)
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}
