import NIOCore

/// Closes a connection behind the last bytes of its answers.
///
/// A channel that is closed drops what its client has not taken yet: an answer that is complete for its handler may still
/// wait here. A client that takes nothing more is closed by ``ConnectionDeadlines``.
final class LastBytes: ChannelOutboundHandler {
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  /// Asks, as an outbound event, for the connection to be closed when all that was written is sent.
  struct Close: Sendable {}

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard event is Close else { return context.triggerUserOutboundEvent(event, promise: promise) }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer()))).whenComplete { _ in
      bound.value.close(promise: promise)
    }
  }
}
