import NIOCore

/// The end of a connection, behind the last bytes of its answers.
///
/// A channel that is closed drops what its client has not taken yet: an answer that is complete for its handler may still
/// wait there. A client that takes nothing more is closed by ``ConnectionDeadlines``.
enum LastBytes {
  /// Closes the connection when all that was written is sent.
  static func closeBehind(_ context: ChannelHandlerContext) {
    // Below the encoder, which takes nothing between two answers.
    guard let below = try? context.pipeline.syncOperations.context(handlerType: ConnectionDeadlines.self) else {
      return context.close(promise: nil)
    }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    below.writeAndFlush(NIOAny(IOData.byteBuffer(ByteBuffer()))).whenComplete { _ in bound.value.close(promise: nil) }
  }
}
