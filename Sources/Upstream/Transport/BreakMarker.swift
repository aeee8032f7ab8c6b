import NIOCore
import NIOHTTP1

/// Turns a connection that breaks in mid-body into an end of that body, with a mark in front of it.
///
/// When the other side closes a connection, all that the kernel still holds is read at once, asked for or
/// not. The HTTP client keeps it until it is asked for, but drops it when it sees an error: bytes that had arrived
/// would be fetched again. An end it hands on behind them. The mark is an empty piece, which no framing produces;
/// `ResponsePieces` takes it for what it is.
final class BreakMarker: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias InboundOut = HTTPClientResponsePart
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = HTTPClientRequestPart

  private var isInBody = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): isInBody = head.status.code >= 200
    case .body: break
    case .end: isInBody = false
    }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What the watch has to say is about a connection on which nothing is left to be read.
    guard isInBody, !(error is ResponseWatchError) else { return context.fireErrorCaught(error) }
    mark(context)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if isInBody { mark(context) }
    context.fireChannelInactive()
  }

  /// The reader does not want the rest: the end that follows is no news to it.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    isInBody = false
    context.close(mode: mode, promise: promise)
  }

  private func mark(_ context: ChannelHandlerContext) {
    isInBody = false
    context.fireChannelRead(wrapInboundOut(.body(ByteBuffer())))
    context.fireChannelRead(wrapInboundOut(.end(nil)))
    context.fireChannelReadComplete()
  }
}
