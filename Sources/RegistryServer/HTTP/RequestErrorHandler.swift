import NIOCore
import NIOHTTP1
import OCI

/// Answers what cannot be parsed as a request, and closes.
final class RequestErrorHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private var isResponding = false

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head: isResponding = true
    case .end: isResponding = false
    case .body: break
    }
    context.write(data, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError, !isResponding else { return context.close(promise: nil) }
    let status: HTTPResponseStatus = error == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest
    let reply = ErrorBody(.unsupported, "bad request: \(status.reasonPhrase)").reply(status: status)
    var headers = reply.headers
    headers.replaceOrAdd(name: "connection", value: "close")
    isResponding = true
    context.write(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
      promise: nil
    )
    if case .bytes(let bytes) = reply.body { context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil) }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
  }
}
