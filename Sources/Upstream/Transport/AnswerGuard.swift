import NIOCore
import NIOHTTP1

/// Stands before the HTTP client on each connection to an upstream, so that it sees nothing but answers that HTTP has,
/// in the order in which HTTP has them; see `AnswerRules` and `AnswerSequence`.
final class AnswerGuard: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias InboundOut = HTTPClientResponsePart
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = HTTPClientRequestPart

  private var sequence: AnswerSequence

  init(rules: AnswerRules) { sequence = AnswerSequence(rules: rules) }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .head = unwrapOutboundIn(data), !sequence.requestBegins() {
      // The client hears of the end of the connection, and asks again on another one.
      promise?.fail(ChannelError.ioOnClosedChannel)
      return context.close(promise: nil)
    }
    context.write(data, promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let step =
      switch unwrapInboundIn(data) {
      case .head(let head): sequence.received(head)
      case .body: sequence.receivedBody()
      case .end: sequence.receivedEnd()
      }
    take(step, context) { context.fireChannelRead(data) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if sequence.readCompleted() { passEnd(context) }
    context.fireChannelReadComplete()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    take(sequence.broke(), context) { context.fireErrorCaught(error) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    take(sequence.broke(), context) {}
    context.fireChannelInactive()
  }

  private func take(_ step: AnswerSequence.Step, _ context: ChannelHandlerContext, pass: () -> Void) {
    switch step {
    case .pass: pass()
    case .drop, .hold: break
    case .endAndClose:
      passEnd(context)
      context.fireChannelReadComplete()
      context.close(promise: nil)
    case .refuse(let fault):
      context.fireErrorCaught(fault)
      context.close(promise: nil)
    }
  }

  /// Trailers are nothing that Berth reads.
  private func passEnd(_ context: ChannelHandlerContext) { context.fireChannelRead(wrapInboundOut(.end(nil))) }
}
