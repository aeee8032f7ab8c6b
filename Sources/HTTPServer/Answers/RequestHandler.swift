import NIOCore
import NIOHTTP1
import OCI

/// One connection's requests, one after the other: takes in each, has it answered, sends the answer. What may be done when is
/// ``RequestExchange``'s to say.
///
/// The one place that writes answers: each has a `Date`, a request id, its counters and its line in the log.
final class RequestHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  let activity: ConnectionActivity
  let settings: RequestHandling
  var exchange = RequestExchange()
  var flow = RequestBodyFlow()
  var head: HTTPRequestHead?
  private var collected = ByteBuffer()
  private var streamed: RequestBody.Producer.Source?
  var log: RequestLog?
  var body: BodyWriter?
  /// What an answer is waited for in. It is cancelled when its client has gone, so that nothing waits on for nobody; but not
  /// where a body is handed over, which says so itself.
  var work: Task<Void, Never>?
  /// The client has closed its side while it waited.
  private var mayHaveLeft = false
  private var context: ChannelHandlerContext?

  init(activity: ConnectionActivity, settings: RequestHandling) {
    self.activity = activity
    self.settings = settings
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): received(head, context)
    case .body(let bytes): received(bytes, context)
    case .end: requestEnded(context)
    }
  }

  func read(context: ChannelHandlerContext) {
    if flow.mayRead() { context.read() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    exchange.lost()
    activity.waitingEnded()
    endBody(RequestBody.Interrupted())
    work?.cancel()
    work = nil
    if mayHaveLeft { settings.responder.clientHasLeft(activity.client) }
    body?.abandon()
    body = nil
    log?.ended(isWhole: false)
    log = nil
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    let cause: RequestExchange.EndCause
    switch event {
    case is ShutdownEvent: cause = .shutdown
    // The pipeline handler says so only behind the last request that came whole.
    case ChannelEvent.inputClosed: cause = .clientEnded
    default: return context.fireUserInboundEventTriggered(event)
    }
    // What was answered may not have left yet.
    if exchange.noMoreRequests(cause) {
      LastBytes.closeBehind(context)
    } else if cause == .clientEnded {
      clientMayHaveLeft()
    }
  }

  /// It may read its answer all the same, and gets it.
  private func clientMayHaveLeft() {
    guard work != nil, !mayHaveLeft else { return }
    mayHaveLeft = true
    settings.responder.clientMayHaveLeft(activity.client)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError, !activity.isAmidAnswer, exchange.unreadable() else {
      return context.close(promise: nil)
    }
    endBody(RequestBody.Interrupted())
    work?.cancel()
    if log == nil { log = RequestLog(head, settings.observer, client: activity.client) }
    activity.waitingEnded()
    activity.ourTurn()
    send(settings.refusals.reply(to: RequestFraming.refusal(of: error)), context)
  }
}

/// Requests in.
extension RequestHandler {
  private func received(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let refusal = RequestFraming.refusal(of: head, maxFieldBytes: settings.maxFieldBytes)
    let arrival: RequestExchange.Arrival = refusal == nil ? framing(of: head) : .refused
    // Where bodies are an exception, what a client sends ahead behind one would not be kept apart from it.
    let keepsAlive = head.isKeepAlive && (settings.takesBodies || arrival == .withoutBody)
    let action = exchange.head(arrival, keepsAlive: keepsAlive)
    guard action != .ignore else { return }
    self.head = head
    activity.ourTurn()
    switch action {
    case .wait, .ignore: break
    case .refuse: if let refusal { refuse(refusal, context) }
    case .answer: answer(nil, nil, context)
    case .collect: activity.bodyAwaited()
    case .stream: stream(context)
    }
  }

  private func framing(of head: HTTPRequestHead) -> RequestExchange.Arrival {
    guard RequestFraming.hasBody(head) else { return .withoutBody }
    switch settings.responder.intake(of: head.uri, head.method) {
    case .none: return .unwantedBody
    case .collected(let maxBytes): return .collectedBody(atMost: maxBytes)
    case .streamed: return .streamedBody
    }
  }

  private func received(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    switch exchange.body(bytes.readableBytes) {
    case .collect:
      collected.writeImmutableBuffer(bytes)
      activity.bytesReceived()
    case .handOn:
      activity.bytesReceived()
      let result = streamed?.yield(bytes)
      // While it is we who are slow, the client is not.
      if case .stopProducing = result, flow.handedOn(wantsMore: false) { activity.ourTurn() }
    case .refuse(let limit):
      collected.clear()
      refuse(.bodyTooLarge(limit: limit), context)
    case .drop:
      // The rest of a request that is refused, or whose body nobody reads: there is nothing to do but go on.
      if exchange.phase == .draining { activity.bytesReceived() }
    }
  }

  private func requestEnded(_ context: ChannelHandlerContext) {
    switch exchange.requestEnded() {
    case .answer:
      let body = collected.readableBytes > 0 ? collected : nil
      collected = ByteBuffer()
      activity.ourTurn()
      answer(body, nil, context)
    case .endBody:
      activity.ourTurn()
      endBody(nil)
    case .close: LastBytes.closeBehind(context)
    case .nothing: break
    }
  }

  private func stream(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let demand = BodyDemand {
      eventLoop.execute { bound.value.resume() }
    } isDiscarded: {
      eventLoop.execute { bound.value.discardRest() }
    }
    let made = RequestBody.make(windowPieces: settings.bodyWindowPieces, demand: demand)
    streamed = made.source
    activity.bodyAwaited()
    answer(nil, made.body, context)
  }

  private func resume() {
    guard let hasHeldRead = flow.wanted() else { return }
    switch exchange.phase {
    case .streaming, .draining: activity.bodyAwaited()
    case .idle, .awaiting, .collecting, .answering, .sending, .closed: break
    }
    if hasHeldRead { context?.read() }
  }

  /// The responder reads no more of the body.
  private func discardRest() {
    exchange.bodyDiscarded()
    resume()
  }

  func endBody(_ error: RequestBody.Interrupted?) {
    if let error { streamed?.finish(error) } else { streamed?.finish() }
    streamed = nil
  }
}
