import NIOCore
import NIOHTTP1
import OCI

/// Hands requests that carry content to a ``StreamingResponder``, and lets all others pass to the handler behind it.
///
/// Only the admin listener has one: on the registry's, no request has a body that is read. One request at a time is
/// seen here, since the pipeline holds the next back until the answer is sent.
final class BodyStreamHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    /// Requests are somebody else's.
    case passing
    /// A body arrives.
    case receiving(HTTPRequestHead, RequestBody.Producer.Source)
    /// The body has arrived, or the rest of it is not wanted; `isWhole` says which.
    case answering(HTTPRequestHead, isWhole: Bool)
    /// An answer was sent before the end of its request, which is read so that the client gets to see the answer.
    case draining
    case closed
  }

  /// Pieces are what one read of the socket brings, 64 KiB at the most.
  private static let pieceBytes = 64 << 10

  private let responder: any StreamingResponder
  private let activity: ConnectionActivity
  private let windowPieces: Int
  private let maxFieldBytes: Int
  private var state = State.passing
  private var isShuttingDown = false
  private var isPaused = false
  private var wantsRead = false
  private var context: ChannelHandlerContext?

  init(responder: any StreamingResponder, activity: ConnectionActivity, limits: Limits) {
    self.responder = responder
    self.activity = activity
    windowPieces = max(2, limits.requestBodyWindowBytes / Self.pieceBytes)
    maxFieldBytes = limits.maxRequestFieldBytes
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), state) {
    case (.head(let head), .passing):
      guard responder.takes(head.uri), RequestFraming.refusal(of: head, maxFieldBytes: maxFieldBytes) == nil else {
        return context.fireChannelRead(data)
      }
      begin(head, context)
    case (_, .passing):
      context.fireChannelRead(data)
    case (.body(let bytes), .receiving(_, let source)):
      activity.bytesReceived()
      if case .stopProducing = source.yield(bytes) { pause() }
    case (.end, .receiving(let head, let source)):
      activity.ourTurn()
      state = .answering(head, isWhole: true)
      source.finish()
    case (.end, .answering(let head, isWhole: false)):
      state = .answering(head, isWhole: true)
    case (.end, .draining):
      context.close(promise: nil)
    case (.head, _), (.body, _), (.end, _):
      break
    }
  }

  func read(context: ChannelHandlerContext) {
    if isPaused { wantsRead = true } else { context.read() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    let source: RequestBody.Producer.Source? = if case .receiving(_, let source) = state { source } else { nil }
    state = .closed
    source?.finish(RequestBody.Interrupted())
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is ShutdownEvent else { return context.fireUserInboundEventTriggered(event) }
    isShuttingDown = true
    // The handler behind would close at once, as it has nothing to do.
    if case .passing = state { context.fireUserInboundEventTriggered(event) }
  }

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    activity.bodyAwaited()
    let demand = BodyDemand(eventLoop: context.eventLoop, handler: NIOLoopBound(self, eventLoop: context.eventLoop))
    let made = RequestBody.Producer.makeSequence(
      backPressureStrategy: .init(lowWatermark: windowPieces / 2, highWatermark: windowPieces),
      finishOnDeinit: true,
      delegate: demand
    )
    state = .receiving(head, made.source)
    let request = Request(method: head.method, target: head.uri, headers: head.headers, body: nil)
    let body = RequestBody(made.sequence)
    let (responder, handler, eventLoop) = (responder, demand.handler, context.eventLoop)
    Task {
      let reply = await responder.respond(to: request, body: body)
      eventLoop.execute { handler.value.send(reply) }
    }
  }

  private func pause() {
    isPaused = true
    // It is we who are slow.
    activity.ourTurn()
  }

  fileprivate func resume() {
    guard isPaused, let context else { return }
    isPaused = false
    switch state {
    case .receiving, .answering(_, isWhole: false), .draining: activity.bodyAwaited()
    case .answering, .passing, .closed: break
    }
    guard wantsRead else { return }
    wantsRead = false
    context.read()
  }
}

extension BodyStreamHandler {
  /// The responder wants more of the body.
  func resumeReading() { resume() }

  /// The responder reads no more of the body.
  func discardRest() {
    if case .receiving(let head, _) = state { state = .answering(head, isWhole: false) }
    resume()
  }

  /// Sends the answer; the connection is kept if the request has come to its end.
  func send(_ reply: Reply) {
    guard let context else { return }
    let isWhole: Bool
    let head: HTTPRequestHead
    switch state {
    case .answering(let answered, let whole): (head, isWhole) = (answered, whole)
    case .receiving(let answered, _): (head, isWhole) = (answered, false)
    case .passing, .draining, .closed: return
    }
    let keepAlive = isWhole && head.isKeepAlive && !isShuttingDown
    state = keepAlive ? .passing : isWhole ? .closed : .draining
    activity.answerBegun()
    var headers = reply.headers
    if !keepAlive { headers.replaceOrAdd(name: "connection", value: "close") }
    let response = HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    if case .bytes(let bytes) = reply.body, head.method != .HEAD, bytes.readableBytes > 0 {
      context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }
    // Of a request whose end has not come the rest is read first, which is the client's turn.
    if isWhole { activity.answerWritten(isLast: !keepAlive) } else { activity.bodyAwaited() }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let mustClose = !keepAlive && isWhole
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      if mustClose { bound.value.close(promise: nil) }
    }
    if case .draining = state { resume() }
  }
}
