import NIOCore
import NIOHTTP1
import OCI

/// One connection's requests, one after the other: collects each, has it answered, sends the answer.
///
/// Where no endpoint takes a body, a request that has one is answered and the connection is closed after the answer:
/// bytes left unread must never be taken for the next request (security.md F50).
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case idle
    case received(HTTPRequestHead)
    case receiving(HTTPRequestHead, ByteBuffer)
    case responding(AnswerEnd)
    case closing
  }

  private let responder: any Responder
  private let activity: ConnectionActivity
  private let settings: RequestHandling
  private var state = State.idle
  private var notes: RequestLog?
  private var body: BodyWriter?
  /// What an answer is waited for in. It is cancelled when its client has gone, so that nothing waits on for nobody.
  private var work: Task<Void, Never>?
  /// The answer that is being made is the last one.
  private var takesNoMore = false

  init(responder: any Responder, activity: ConnectionActivity, settings: RequestHandling) {
    self.responder = responder
    self.activity = activity
    self.settings = settings
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), state) {
    case (.head(let head), .idle):
      received(head, context)
    case (.body(let bytes), .receiving(let head, var body)):
      // Taken out of the state while it grows, so that it is not copied.
      state = .closing
      let limit = responder.bodyLimit(of: head) ?? settings.maxBodyBytes
      guard body.readableBytes + bytes.readableBytes <= limit else {
        return refuse(head, .bodyTooLarge(limit: limit), context)
      }
      body.writeImmutableBuffer(bytes)
      state = .receiving(head, body)
      activity.bytesReceived()
    case (.end, .received(let head)):
      answer(head, nil, end: AnswerEnd(behind: head), context: context)
    case (.end, .receiving(let head, let body)):
      // Where bodies are an exception, what a client sends ahead behind one would not be kept apart from it.
      let end = settings.maxBodyBytes > 0 ? AnswerEnd(behind: head) : .closing
      answer(head, body, end: end, context: context)
    case (.head, _), (.body, _), (.end, _):
      // The rest of a refused request: the connection closes after the answer.
      break
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    state = .closing
    activity.waitingEnded()
    work?.cancel()
    work = nil
    body?.abandon()
    body = nil
    notes?.ended(isWhole: false)
    notes = nil
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ShutdownEvent:
      takesNoMore = true
      if case .idle = state { closeWhenSent(context) }
    case ChannelEvent.inputClosed:
      takesNoMore = true
      // The pipeline handler says so only behind the last request that came whole.
      if case .responding = state { return }
      closeWhenSent(context)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  /// What was answered may not have left yet.
  private func closeWhenSent(_ context: ChannelHandlerContext) {
    state = .closing
    LastBytes.closeBehind(context)
  }

  private func received(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    activity.ourTurn()
    if let refusal = RequestFraming.refusal(of: head, maxFieldBytes: settings.maxFieldBytes) {
      refuse(head, refusal, context)
    } else if !RequestFraming.hasBody(head) {
      state = .received(head)
    } else if responder.bodyLimit(of: head) ?? settings.maxBodyBytes > 0 {
      state = .receiving(head, ByteBuffer())
      activity.bodyAwaited()
    } else {
      answer(head, nil, end: .lingering, context: context)
    }
  }

  private func refuse(_ head: HTTPRequestHead, _ refusal: Refusal, _ context: ChannelHandlerContext) {
    notes = RequestLog(head, settings.observer, client: activity.client)
    activity.ourTurn()
    state = .responding(.lingering)
    send(settings.refusals.reply(to: refusal), to: head, context: context)
  }

  private func answer(_ head: HTTPRequestHead, _ body: ByteBuffer?, end: AnswerEnd, context: ChannelHandlerContext) {
    activity.ourTurn()
    state = .responding(end)
    let notes = RequestLog(head, settings.observer, client: activity.client)
    self.notes = notes
    if let seconds = settings.rates?.secondsToWait(activity.client.address) {
      return send(settings.refusals.reply(to: .tooManyRequests(secondsToWait: seconds)), to: head, context: context)
    }
    let request = Request(
      method: head.method,
      target: head.uri,
      headers: head.headers,
      body: body,
      client: activity.client,
      peer: settings.peer
    )
    // What it starts carries its id on.
    switch RequestID.$current.withValue(notes.id, operation: { responder.respond(to: request) }) {
    case .now(let reply):
      send(reply, to: head, context: context)
    case .later(let work):
      guard activity.waitingBegun() else {
        return send(settings.refusals.reply(to: .overloaded), to: head, context: context)
      }
      run(work, for: head, notes.id, context)
    case .soon(let work):
      run(work, for: head, notes.id, context)
    }
  }

  private func run(
    _ work: @escaping @Sendable () async -> Reply,
    for head: HTTPRequestHead,
    _ id: RequestID,
    _ context: ChannelHandlerContext
  ) {
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    let (eventLoop, client) = (context.eventLoop, activity.client)
    self.work = Task {
      let reply = await ClientKey.$current.withValue(client) {
        await RequestID.$current.withValue(id) { await work() }
      }
      eventLoop.execute {
        let (handler, context) = bound.value
        handler.work = nil
        handler.activity.waitingEnded()
        handler.send(reply, to: head, context: context)
      }
    }
  }

  private func send(_ reply: Reply, to head: HTTPRequestHead, context: ChannelHandlerContext) {
    guard case .responding(let end) = state else { return }
    notes?.answered(with: reply)
    var headers = reply.headers
    headers.add(name: "Date", value: DateField.now)
    if end != .keepAlive {
      headers.replaceOrAdd(name: "connection", value: "close")
    } else if head.version == .http1_0 {
      headers.replaceOrAdd(name: "connection", value: "keep-alive")
    }
    guard FieldValues.areSafe(headers) else { return context.close(promise: nil) }
    let responseHead = HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers)
    activity.answerBegun()
    context.write(wrapOutboundOut(.head(responseHead)), promise: nil)
    guard head.method != .HEAD else { return finish(context) }
    switch reply.body {
    case .none:
      finish(context)
    case .bytes(let bytes) where bytes.readableBytes <= SharedBody.worthwhileBytes:
      finish(with: bytes, context)
    case .bytes(let bytes):
      // Piece by piece, so that under TLS a client that does not read costs no encrypted copy of all of it.
      startBody(SharedBody(pieces: [bytes], owner: nil), 0..<Int64(bytes.readableBytes), context)
    case .shared(let body, let range):
      startBody(body, range, context)
    case .source(let source, let range):
      startBody(source, range, context)
    case .parts(let parts, let source):
      startBody(source, 0..<0, behind: parts, context)
    }
  }

  private func finish(with bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    if bytes.readableBytes > 0 {
      context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
      notes?.sent(Int64(bytes.readableBytes))
    }
    finish(context)
  }

  private func startBody(
    _ source: any BodySource,
    _ range: Range<Int64>,
    behind parts: [MultipartRanges.Part] = [],
    _ context: ChannelHandlerContext
  ) {
    let writer = BodyWriter(source, range: range, parts: parts, settings: settings.bodies, context: context) {
      [weak self] bytes in
      self?.notes?.sent(bytes)
    } whenDone: { [weak self] outcome in
      guard let self else { return }
      self.body = nil
      switch outcome {
      case .complete: self.finish(context)
      // A body that cannot be completed is cut short, so that the client notices and asks again.
      case .failed: context.close(promise: nil)
      }
    }
    body = writer
    activity.bodyBegun()
    context.flush()
    writer.start()
  }

  private func finish(_ context: ChannelHandlerContext) {
    guard case .responding(let wanted) = state else { return }
    let end = wanted == .keepAlive && takesNoMore ? .closing : wanted
    state = end == .keepAlive ? .idle : .closing
    notes?.ended(isWhole: true)
    notes = nil
    activity.answerWritten(isLast: end != .keepAlive)
    let part = wrapOutboundOut(.end(nil))
    guard end != .keepAlive else { return context.writeAndFlush(part, promise: nil) }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let mode: CloseMode = end == .lingering && settings.lingers ? .output : .all
    context.writeAndFlush(part).whenComplete { _ in bound.value.close(mode: mode, promise: nil) }
  }
}
