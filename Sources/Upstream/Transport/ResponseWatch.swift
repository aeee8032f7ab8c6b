import NIOCore
import NIOHTTP1

/// Why a connection was given up although its bytes were fine.
enum ResponseWatchError: Error {
  /// Nothing came for too long, while more was wanted.
  case silent
}

/// Watches whether the bodies on one upstream connection keep coming.
///
/// Silence counts only while the reader wants more. The HTTP client's own read timeout also runs while the reader is
/// busy, for example with a slow disk, and would then break a healthy transfer.
final class ResponseWatch: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias InboundOut = HTTPClientResponsePart
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = HTTPClientRequestPart

  private let patience: TimeAmount
  private var isInBody = false
  /// When more was asked for and nothing has come since; nil while nothing is wanted.
  private var waitingSince: NIODeadline?
  private var check: Scheduled<Void>?

  init(patience: TimeAmount) { self.patience = patience }

  func read(context: ChannelHandlerContext) {
    if isInBody, waitingSince == nil { waitingSince = context.eventLoop.now }
    context.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    waitingSince = nil
    switch unwrapInboundIn(data) {
    case .head(let head):
      guard head.status.code >= 200 else { break }
      isInBody = true
      if check == nil { scheduleCheck(context, in: patience) }
    case .body: break
    case .end: isInBody = false
    }
    context.fireChannelRead(data)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    check?.cancel()
    check = nil
  }

  /// One timer at a time, moved on when it fires: a timer for each piece would cost more than the piece.
  private func scheduleCheck(_ context: ChannelHandlerContext, in delay: TimeAmount) {
    check = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.checkProgress(context) }
  }

  private func checkProgress(_ context: ChannelHandlerContext) {
    check = nil
    guard isInBody, context.channel.isActive else { return }
    let silence = waitingSince.map { context.eventLoop.now - $0 } ?? .zero
    guard silence >= patience else { return scheduleCheck(context, in: patience - silence) }
    context.fireErrorCaught(ResponseWatchError.silent)
    context.close(promise: nil)
  }
}
