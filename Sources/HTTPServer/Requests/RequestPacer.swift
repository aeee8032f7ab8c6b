import NIOCore
import OCI

/// Back-pressure on a client: its next request is taken up when the answer to the last has left, and while an answer is
/// under way nothing is read from its socket.
///
/// What it has sent ahead waits as bytes, of which one request is handed on in each of its turns: see ``LoopTurns``.
final class RequestPacer: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private let activity: ConnectionActivity
  private let largeHeads: LargeHeads
  private let turns: LoopTurns
  private let maxHeadBytes: Int
  private let maxLingeringBytes: Int
  private var input: PipelinedInput
  private var wantsRead = false
  private var isTurnScheduled = false
  private var hasHeldEnd = false
  private var headBytes = 0
  private var hasLargeHead = false
  private var droppedBytes = 0

  /// - Parameter maxPipelinedBytes: how much is kept while an answer is under way.
  init(
    activity: ConnectionActivity,
    largeHeads: LargeHeads,
    turns: LoopTurns,
    maxPipelinedBytes: Int,
    limits: Limits
  ) {
    self.activity = activity
    self.largeHeads = largeHeads
    self.turns = turns
    maxHeadBytes = limits.maxRequestFieldBytes
    maxLingeringBytes = limits.maxLingeringBytes
    input = PipelinedInput(maxBytes: maxPipelinedBytes)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    if activity.isEnding { return drop(bytes.readableBytes, context) }
    input.append(bytes)
    proceed(context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .some(.inputClosed) = event as? ChannelEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    activity.inputClosed()
    if activity.isEnding { return context.close(promise: nil) }
    // Said behind the last request that came before it.
    if input.isEmpty { context.fireUserInboundEventTriggered(event) } else { hasHeldEnd = true }
  }

  func read(context: ChannelHandlerContext) {
    if input.isEmpty, activity.reads { return context.read() }
    wantsRead = true
    if activity.takesRequests { scheduleTurn(context) }
  }

  func flush(context: ChannelHandlerContext) {
    context.flush()
    noteWhatLeft(context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    noteWhatLeft(context)
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    input.drop()
    headIsOver()
    context.fireChannelInactive()
  }

  /// The channel is writable when nothing of what was written is left: see ``Listener``.
  private func noteWhatLeft(_ context: ChannelHandlerContext) {
    guard activity.isLeaving, context.channel.isWritable else { return }
    activity.answerLeft()
    if activity.isEnding { input.drop() }
    if input.isEmpty { readAgain(context) } else { scheduleTurn(context) }
  }

  private func readAgain(_ context: ChannelHandlerContext) {
    guard wantsRead, activity.reads else { return }
    wantsRead = false
    context.read()
  }

  private func scheduleTurn(_ context: ChannelHandlerContext) {
    guard !isTurnScheduled else { return }
    isTurnScheduled = true
    turns.enqueue { [self] in
      isTurnScheduled = false
      if context.channel.isActive { proceed(context) }
    }
  }

  private func proceed(_ context: ChannelHandlerContext) {
    guard activity.takesRequests, !isTurnScheduled else { return }
    guard let bytes = activity.isReceivingBody ? input.all() : input.next() else { return }
    activity.bytesReceived()
    guard mayArrive(bytes.readableBytes) else { return context.close(promise: nil) }
    context.fireChannelRead(wrapInboundOut(bytes))
    if !activity.isReceivingHead { headIsOver() }
    // Behind a header comes its body, if it has one.
    if activity.isReceivingBody, let body = input.all() { context.fireChannelRead(wrapInboundOut(body)) }
    goOn(context)
  }

  private func goOn(_ context: ChannelHandlerContext) {
    if !input.isEmpty {
      if activity.takesRequests { scheduleTurn(context) }
    } else if input.isCut {
      // What is missing may have been a part of a request.
      context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    } else if hasHeldEnd {
      hasHeldEnd = false
      context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    } else {
      readAgain(context)
    }
  }

  /// Few connections at once may have a header arriving that is larger than most.
  private func mayArrive(_ count: Int) -> Bool {
    guard activity.isReceivingHead else { return true }
    headBytes += count
    if headBytes > maxHeadBytes, !hasLargeHead { hasLargeHead = largeHeads.begin() } else { return true }
    return hasLargeHead
  }

  private func headIsOver() {
    headBytes = 0
    if hasLargeHead { largeHeads.end() }
    hasLargeHead = false
  }

  /// What a client says behind its last answer is of no interest, and keeps the connection open only for so long.
  private func drop(_ count: Int, _ context: ChannelHandlerContext) {
    droppedBytes += count
    if droppedBytes > maxLingeringBytes { context.close(promise: nil) }
  }
}
