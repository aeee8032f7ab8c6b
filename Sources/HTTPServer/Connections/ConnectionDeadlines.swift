import NIOCore
import OCI

/// Closes connections whose client does nothing for too long: sends no request, not the whole of one, or takes nothing of
/// its answer.
///
/// One timer a connection looks every few seconds: a request then costs no timer of its own.
final class ConnectionDeadlines: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let activity: ConnectionActivity
  private let deadlines: ConnectionState.Deadlines
  private let sentBytes: (_ hasUnwritten: Bool) -> SendProgress.Reading
  private var timer: RepeatedTask?

  /// - Parameter sentBytes: what the kernel says of the connection's socket.
  init(
    activity: ConnectionActivity,
    deadlines: ConnectionState.Deadlines,
    sentBytes: @escaping (_ hasUnwritten: Bool) -> SendProgress.Reading
  ) {
    self.activity = activity
    self.deadlines = deadlines
    self.sentBytes = sentBytes
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let shortest = min(deadlines.head.nanoseconds / 4, deadlines.lingering.nanoseconds)
    let interval = TimeAmount.nanoseconds(max(shortest, 50_000_000))
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

  private func look(_ context: ChannelHandlerContext) {
    // The socket of a connection that is no longer active is closed: its number may be another's.
    guard context.channel.isActive else { return }
    let isOverdue = activity.isOverdue(deadlines) { sentBytes(!context.channel.isWritable) }
    if isOverdue { context.close(promise: nil) }
  }
}

extension ConnectionState.Deadlines {
  init(_ limits: Limits) {
    self.init(
      idle: TimeAmount(limits.idleTimeout),
      head: TimeAmount(limits.requestHeaderTimeout),
      body: TimeAmount(limits.receiveProgressTimeout),
      sending: TimeAmount(limits.sendProgressTimeout),
      lingering: TimeAmount(limits.lingeringTime),
      stalled: TimeAmount(limits.stalledConnectionTime)
    )
  }
}
