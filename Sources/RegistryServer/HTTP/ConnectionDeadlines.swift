import NIOCore
import OCI

/// Closes connections whose request header takes too long, or that stay idle for too long (security.md F61).
///
/// One timer a connection looks every few seconds: a request then costs no timer of its own.
final class ConnectionDeadlines: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let activity: ConnectionActivity
  private let headerTimeout: TimeAmount
  private let idleTimeout: TimeAmount
  private var timer: RepeatedTask?

  init(activity: ConnectionActivity, limits: Limits) {
    self.activity = activity
    headerTimeout = TimeAmount(limits.requestHeaderTimeout)
    idleTimeout = TimeAmount(limits.idleTimeout)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let interval = TimeAmount.nanoseconds(max(headerTimeout.nanoseconds / 4, 50_000_000))
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      let (handler, context) = bound.value
      handler.look(context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    activity.bytesReceived()
    context.fireChannelRead(data)
  }

  private func look(_ context: ChannelHandlerContext) {
    let isOver =
      switch activity.phase {
      case .idle(let since): NIODeadline.now() - since > idleTimeout
      case .receivingHeader(let since): NIODeadline.now() - since > headerTimeout
      case .responding: false
      }
    if isOver { context.close(promise: nil) }
  }
}
