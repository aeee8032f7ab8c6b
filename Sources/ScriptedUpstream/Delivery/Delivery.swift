import NIOCore

/// Sends one answer over one connection, as its plan says. Bound to the connection's event loop.
///
/// It goes through: wait, head, wait, body, end. At any point the client may go away (`cancel`).
final class Delivery {
  /// What is to happen to the connection once the answer is over.
  enum Ending {
    case keep
    case close
    case cut(Action.Cut.Manner)
  }

  /// Body bytes that may be handed to the channel and not yet be written.
  private static let window = 2 << 20
  /// The most bytes in one write.
  private static let slice = 512 << 10

  private let channel: any Channel
  private let core: UpstreamCore
  private let handle: RequestLog.Handle
  private let plan: DeliveryPlan
  private let onEnd: (Ending) -> Void
  private var cursor: BodyCursor
  /// Body bytes handed to the channel that are not yet written.
  private var unwritten = 0
  private var stallIsOver = false
  private var pace: Pace?
  private var writer: PieceWriter
  private var ticket: Int?
  private var isOver = false
  private var isWaiting = false

  init(
    _ plan: DeliveryPlan,
    _ handle: RequestLog.Handle,
    channel: any Channel,
    core: UpstreamCore,
    isEncrypted: Bool,
    onEnd: @escaping (Ending) -> Void
  ) {
    self.plan = plan
    self.handle = handle
    self.channel = channel
    self.core = core
    self.onEnd = onEnd
    cursor = BodyCursor(plan.body)
    writer = PieceWriter(isEncrypted: isEncrypted, isChunked: plan.isChunked)
  }

  func begin() {
    pass(plan.hold, note: \.wasHeld) { [self] in after(plan.delay) { [self] in sendHead() } }
  }

  /// The client has gone.
  func cancel() { end(.clientClosed, .close) }

  private func sendHead() {
    if let cut = plan.cut, cut.after == nil {
      end(.cut, .cut(cut.how))
      return
    }
    channel.write(plan.head, promise: nil)
    let now = UpstreamCore.now
    core.note(handle) { $0.firstByteAt = now }
    let waits = plan.bodyHold != nil || plan.bodyDelay > .zero
    if waits { channel.flush() }
    pass(plan.bodyHold, note: \.wasHeld) { [self] in after(plan.bodyDelay) { [self] in sendBody() } }
  }

  private func sendBody() {
    pace = plan.throttle.map { Pace(bytesPerSecond: $0, start: UpstreamCore.now) }
    pump()
  }

  /// Writes as much as may be written now; called again whenever something has changed.
  private func pump() {
    guard !isOver, !isWaiting else { return }
    while unwritten < Self.window {
      if let cut = plan.cut, cut.after == cursor.position {
        channel.flush()
        if unwritten == 0 { end(.cut, .cut(cut.how)) }
        return
      }
      if let stall = plan.stall, !stallIsOver, stall.after == cursor.position {
        isWaiting = true
        channel.flush()
        begin(stall)
        return
      }
      if cursor.isAtEnd {
        finish()
        return
      }
      let allowed = pace?.allowance(position: cursor.position, now: UpstreamCore.now) ?? .max
      guard allowed > 0 else {
        isWaiting = true
        channel.flush()
        let wait = pace?.wait(position: cursor.position, now: UpstreamCore.now) ?? .zero
        after(max(wait, .microseconds(1))) { [self] in
          isWaiting = false
          pump()
        }
        return
      }
      guard let piece = cursor.next(upTo: min(Self.slice, allowed, untilEvent)) else { return }
      write(piece)
    }
    channel.flush()
  }

  /// Bytes until the next stall or cut.
  private var untilEvent: Int {
    var nearest = Int.max
    if let stall = plan.stall, !stallIsOver { nearest = Int(clamping: stall.after - cursor.position) }
    if let after = plan.cut?.after { nearest = min(nearest, Int(clamping: after - cursor.position)) }
    return nearest
  }

  private func write(_ piece: Piece) {
    let count = piece.count
    unwritten += count
    // Counted before it is written, so that the sums are complete when the client has its answer; put right on failure.
    core.noteBytes(Int64(count), of: handle)
    writer.write(piece, to: channel).assumeIsolated().whenComplete { [self] result in
      unwritten -= count
      if case .failure = result {
        core.noteBytes(Int64(-count), of: handle)
        cancel()
      }
      if isOver {
        if unwritten == 0 { writer.close() }
      } else {
        pump()
      }
    }
  }

  private func finish() {
    if plan.isChunked { channel.write(PieceWriter.lastChunk, promise: nil) }
    // The end counts as reached when everything before it has been handed to the kernel.
    isWaiting = true
    channel.writeAndFlush(ByteBuffer()).assumeIsolated().whenComplete { [self] result in
      guard case .success = result else { return }
      end(.complete, plan.closesConnection ? .close : .keep)
    }
  }

  private func begin(_ stall: Action.Stall) {
    core.note(handle) { $0.wasStalled = true }
    let goOn = { [self] in
      stallIsOver = true
      isWaiting = false
      pump()
    }
    if let gate = stall.until {
      pass(gate, note: nil, then: goOn)
    } else if let milliseconds = stall.milliseconds {
      after(.milliseconds(Int64(milliseconds)), then: goOn)
    }
  }

  private func end(_ outcome: RequestRecord.Outcome, _ ending: Ending) {
    guard !isOver else { return }
    isOver = true
    if let ticket { core.cancelWait(ticket) }
    if unwritten == 0 { writer.close() }
    core.end(handle, outcome)
    onEnd(ending)
  }

  // MARK: Waits

  private func after(_ time: TimeAmount, then next: @escaping () -> Void) {
    guard time > .zero else {
      next()
      return
    }
    channel.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in
      if !isOver { next() }
    }
  }

  private func pass(
    _ gate: String?,
    note: WritableKeyPath<RequestRecord, Bool>?,
    then next: @escaping () -> Void
  ) {
    guard let gate else {
      next()
      return
    }
    let loop = channel.eventLoop
    let waiter = NIOLoopBound((self, next), eventLoop: loop)
    ticket = core.wait(at: gate) {
      loop.execute {
        let (delivery, next) = waiter.value
        delivery.ticket = nil
        if !delivery.isOver { next() }
      }
    }
    if let note { core.note(handle) { $0[keyPath: note] = true } }
    if ticket == nil { next() }
  }
}
