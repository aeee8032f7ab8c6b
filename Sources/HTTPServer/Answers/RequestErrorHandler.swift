import NIOCore
import NIOHTTP1

/// Answers what cannot be parsed as a request, and closes.
final class RequestErrorHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let activity: ConnectionActivity
  private let refusals: any RefusalRendering
  private let lingers: Bool

  /// - Parameter lingers: whether the client gets to see the answer while it is still sending.
  init(activity: ConnectionActivity, refusals: any RefusalRendering, lingers: Bool) {
    self.activity = activity
    self.refusals = refusals
    self.lingers = lingers
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError, !activity.isAmidAnswer else { return context.close(promise: nil) }
    let reply = refusals.reply(to: Self.refusal(of: error))
    var headers = reply.headers
    headers.add(name: "Date", value: DateField.now)
    headers.replaceOrAdd(name: "connection", value: "close")
    activity.answerBegun()
    context.write(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers))),
      promise: nil
    )
    if case .bytes(let bytes) = reply.body { context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil) }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let mode: CloseMode = lingers ? .output : .all
    activity.answerWritten(isLast: true)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(mode: mode, promise: nil) }
  }

  private static func refusal(of error: HTTPParserError) -> Refusal {
    switch error {
    case .headerOverflow: .headerTooLarge
    case .invalidMethod: .malformed(reason: "unknown method; only GET and HEAD are answered")
    default: .malformed(reason: "not a well-formed request of HTTP/1.1")
    }
  }
}
