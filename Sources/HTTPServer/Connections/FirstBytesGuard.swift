import NIOCore

/// Looks at the first bytes of a connection: a client that speaks TLS to a port without, or the other way round, is told
/// so in HTTP, and the connection ends.
///
/// Engines that are told that a registry is insecure try TLS first, and go on to plain HTTP when HTTP comes back: Go's
/// clients look for just that (`http: server gave HTTP response to HTTPS client`). A port that says nothing costs them
/// seconds, or the pull.
final class FirstBytesGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The first byte of a TLS record that holds a ClientHello (RFC 8446 §5.1).
  private static let handshakeRecord: UInt8 = 22
  /// First bytes of requests' methods.
  private static let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")

  private let speaksTLS: Bool
  private let lingeringTime: TimeAmount
  private var end: Scheduled<Void>?
  private var hasAnswered = false

  /// - Parameters:
  ///   - speaksTLS: whether the port expects TLS.
  ///   - lingeringTime: how long the client may take to see the answer and close.
  init(speaksTLS: Bool, lingeringTime: TimeAmount) {
    self.speaksTLS = speaksTLS
    self.lingeringTime = lingeringTime
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What comes behind the first bytes is read, so that the answer is not lost with it, and dropped.
    guard !hasAnswered else { return }
    let bytes = unwrapInboundIn(data)
    if let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self), let text = complaint(first) {
      return answer(text, context)
    }
    context.fireChannelRead(data)
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if hasAnswered, case .some(.inputClosed) = event as? ChannelEvent { return context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }

  private func complaint(_ first: UInt8) -> String? {
    if speaksTLS {
      Self.letters.contains(first)
        ? "Client sent an HTTP request to an HTTPS server: use https://, this port speaks TLS.\n" : nil
    } else {
      first == Self.handshakeRecord
        ? "Client sent an HTTPS request to an HTTP server: use http://, this port does not speak TLS.\n" : nil
    }
  }

  private func answer(_ text: String, _ context: ChannelHandlerContext) {
    hasAnswered = true
    let head = "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    let answer = "\(head)Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: answer))).whenComplete { _ in
      bound.value.close(mode: .output, promise: nil)
    }
    end = context.eventLoop.scheduleTask(in: lingeringTime) { bound.value.close(promise: nil) }
  }
}
