import NIOCore
import NIOHTTP1
import OCI

/// Requests are answered, and answers sent.
extension RequestHandler {
  func refuse(_ refusal: Refusal, _ context: ChannelHandlerContext) {
    if log == nil { log = RequestLog(head, settings.observer, client: activity.client) }
    activity.ourTurn()
    send(settings.refusals.reply(to: refusal), context)
  }

  func answer(_ body: ByteBuffer?, _ stream: RequestBody?, _ context: ChannelHandlerContext) {
    guard let head else { return }
    let log = RequestLog(head, settings.observer, client: activity.client)
    self.log = log
    if let seconds = settings.rates?.secondsToWait(activity.client.address) {
      return send(settings.refusals.reply(to: .tooManyRequests(secondsToWait: seconds)), context)
    }
    let request = Request(
      method: head.method,
      target: head.uri,
      headers: head.headers,
      body: body,
      stream: stream,
      client: activity.client,
      peer: settings.peer
    )
    // What it starts carries its id on.
    switch RequestID.$current.withValue(log.id, operation: { settings.responder.respond(to: request) }) {
    case .now(let reply):
      send(reply, context)
    case .later(let work):
      guard activity.waitingBegun() else { return send(settings.refusals.reply(to: .overloaded), context) }
      self.work = run(work, log.id, context)
    case .soon(let work):
      let task = run(work, log.id, context)
      if stream == nil { self.work = task }
    }
  }

  private func run(
    _ work: @escaping @Sendable () async -> Reply,
    _ id: RequestID,
    _ context: ChannelHandlerContext
  ) -> Task<Void, Never> {
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    let (eventLoop, client) = (context.eventLoop, activity.client)
    return Task {
      let reply = await ClientKey.$current.withValue(client) {
        await RequestID.$current.withValue(id) { await work() }
      }
      eventLoop.execute {
        let (handler, context) = bound.value
        // Its place may be another request's, if it was given up meanwhile.
        guard handler.log?.id == id else { return }
        handler.work = nil
        handler.activity.waitingEnded()
        handler.send(reply, context)
      }
    }
  }

  func send(_ reply: Reply, _ context: ChannelHandlerContext) {
    guard let end = exchange.answerKnown() else { return }
    if end == .draining { endBody(RequestBody.Interrupted()) }
    log?.answered(with: reply)
    var headers = reply.headers
    headers.add(name: "Date", value: DateField.now)
    if end != .keepAlive {
      headers.replaceOrAdd(name: "connection", value: "close")
    } else if head?.version == .http1_0 {
      headers.replaceOrAdd(name: "connection", value: "keep-alive")
    }
    guard FieldValues.areSafe(headers) else { return context.close(promise: nil) }
    activity.answerBegun()
    let responseHead = HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers)
    context.write(wrapOutboundOut(.head(responseHead)), promise: nil)
    guard head?.method != .HEAD else { return finish(context) }
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
      log?.sent(Int64(bytes.readableBytes))
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
      self?.log?.sent(bytes)
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
    guard let end = exchange.answerWritten() else { return }
    log?.ended(isWhole: true)
    (log, head) = (nil, nil)
    // Of a request whose end has not come the rest is read first, which is the client's turn.
    if end == .draining { activity.bodyAwaited() } else { activity.answerWritten(isLast: end != .keepAlive) }
    let part = wrapOutboundOut(.end(nil))
    switch end {
    case .keepAlive: context.writeAndFlush(part, promise: nil)
    case .draining:
      context.writeAndFlush(part, promise: nil)
      _ = flow.wanted()
      context.read()
    case .closing, .lingering:
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      let mode: CloseMode = end == .lingering && settings.lingers ? .output : .all
      context.writeAndFlush(part).whenComplete { _ in bound.value.close(mode: mode, promise: nil) }
    }
  }
}
