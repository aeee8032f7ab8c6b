import NIOCore
import NIOHTTP1
import OCI
import PullThrough

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
    case responding(keepAlive: Bool)
    case closing
  }

  private let responder: any Responder
  private let activity: ConnectionActivity
  private let bodies: BodyWriter.Settings
  private let maxBodyBytes: Int
  private let client: ClientKey
  private let observer: RequestObserver
  private var state = State.idle
  private var notes: RequestNotes?
  private var body: BodyWriter?
  /// What an answer is waited for in. It is cancelled when its client has gone, so that nothing waits on for nobody.
  private var work: Task<Void, Never>?
  /// The answer that is being made is the last one.
  private var takesNoMore = false

  /// - Parameters:
  ///   - maxBodyBytes: the largest body that a request may have; 0 where none is taken.
  ///   - client: who asks on this connection.
  init(
    responder: any Responder,
    activity: ConnectionActivity,
    bodies: BodyWriter.Settings,
    maxBodyBytes: Int,
    client: ClientKey,
    observer: RequestObserver
  ) {
    self.responder = responder
    self.activity = activity
    self.bodies = bodies
    self.maxBodyBytes = maxBodyBytes
    self.client = client
    self.observer = observer
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), state) {
    case (.head(let head), .idle):
      received(head, context)
    case (.body(let bytes), .receiving(let head, var body)):
      // Taken out of the state while it grows, so that it is not copied.
      state = .closing
      guard body.readableBytes + bytes.readableBytes <= maxBodyBytes else {
        return refuse(head, ErrorReply.bodyTooLarge(limit: maxBodyBytes), context)
      }
      body.writeImmutableBuffer(bytes)
      state = .receiving(head, body)
    case (.end, .received(let head)):
      answer(head, nil, keepAlive: head.isKeepAlive, context: context)
    case (.end, .receiving(let head, let body)):
      answer(head, body, keepAlive: head.isKeepAlive, context: context)
    case (.head, _), (.body, _), (.end, _):
      // The rest of a refused request: the connection closes after the answer.
      break
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    state = .closing
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
    activity.requestReceived()
    if let refusal = RequestFraming.refusal(of: head) {
      refuse(head, refusal, context)
    } else if !RequestFraming.hasBody(head) {
      state = .received(head)
    } else if maxBodyBytes > 0 {
      state = .receiving(head, ByteBuffer())
    } else {
      answer(head, nil, keepAlive: false, context: context)
    }
  }

  private func refuse(_ head: HTTPRequestHead, _ refusal: Reply, _ context: ChannelHandlerContext) {
    notes = RequestNotes(head, observer, client: client)
    state = .responding(keepAlive: false)
    send(refusal, to: head, context: context)
  }

  private func answer(_ head: HTTPRequestHead, _ body: ByteBuffer?, keepAlive: Bool, context: ChannelHandlerContext) {
    state = .responding(keepAlive: keepAlive)
    let notes = RequestNotes(head, observer, client: client)
    self.notes = notes
    let request = Request(method: head.method, target: head.uri, headers: head.headers, body: body, client: client)
    // What it starts carries its id on.
    switch RequestID.$current.withValue(notes.id, operation: { responder.respond(to: request) }) {
    case .now(let reply):
      send(reply, to: head, context: context)
    case .later(let work):
      let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
      let (eventLoop, id, client) = (context.eventLoop, notes.id, client)
      self.work = Task {
        let reply = await ClientKey.$current.withValue(client) {
          await RequestID.$current.withValue(id) { await work() }
        }
        eventLoop.execute {
          let (handler, context) = bound.value
          handler.work = nil
          handler.send(reply, to: head, context: context)
        }
      }
    }
  }

  private func send(_ reply: Reply, to head: HTTPRequestHead, context: ChannelHandlerContext) {
    guard case .responding(let keepAlive) = state else { return }
    notes?.answered(with: reply)
    var headers = reply.headers
    headers.add(name: "Date", value: DateField.now)
    if !keepAlive {
      headers.replaceOrAdd(name: "connection", value: "close")
    } else if head.version == .http1_0 {
      headers.replaceOrAdd(name: "connection", value: "keep-alive")
    }
    let responseHead = HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers)
    activity.responseBegun()
    context.write(wrapOutboundOut(.head(responseHead)), promise: nil)
    guard head.method != .HEAD else { return finish(context) }
    switch reply.body {
    case .none:
      finish(context)
    case .bytes(let bytes):
      finish(with: bytes, context)
    case .shared(let body, let range):
      startBody(.memory(body), range, context)
    case .file(let file, let range):
      startBody(.file(file), range, context)
    case .parts(let parts, let source):
      startBody(source, 0..<0, behind: parts, context)
    case .following(let follower, let range):
      startBody(.following(follower), range, context)
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
    _ source: BodySource,
    _ range: Range<Int64>,
    behind parts: [MultipartRanges.Part] = [],
    _ context: ChannelHandlerContext
  ) {
    let writer = BodyWriter(source, range: range, parts: parts, settings: bodies, context: context) {
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
    context.flush()
    writer.start()
  }

  private func finish(_ context: ChannelHandlerContext) {
    guard case .responding(let wantsKeepAlive) = state else { return }
    let keepAlive = wantsKeepAlive && !takesNoMore
    state = keepAlive ? .idle : .closing
    notes?.ended(isWhole: true)
    notes = nil
    activity.responseSent()
    let end = wrapOutboundOut(.end(nil))
    if keepAlive {
      context.writeAndFlush(end, promise: nil)
    } else {
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      context.writeAndFlush(end).whenComplete { _ in bound.value.close(promise: nil) }
    }
  }
}
