import DequeModule
import NIOCore
import Synchronization

/// Requests that were sent ahead and wait for their turn on one event loop. Confined to it.
///
/// An event loop runs whatever its tasks add before it looks at its sockets again: a thousand connections that have a thousand
/// requests each waiting would keep it from all others for minutes. So only so many are taken up at once, and the rest when
/// the loop has been at its sockets.
final class LoopTurns {
  /// Requests in one go: with answers from memory a millisecond or two.
  private static let atOnce = 64
  private static let pause = TimeAmount.milliseconds(1)

  private let eventLoop: any EventLoop
  private var waiting: Deque<() -> Void> = []
  private var isScheduled = false

  fileprivate init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  /// Runs `turn` behind those that wait.
  func enqueue(_ turn: @escaping () -> Void) {
    waiting.append(turn)
    if !isScheduled { schedule() }
  }

  private func schedule() {
    isScheduled = true
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    // Not by `execute`, which would come before the sockets.
    eventLoop.scheduleTask(in: Self.pause) { bound.value.takeSome() }
  }

  private func takeSome() {
    // What a turn adds waits for the next go.
    for _ in 0..<min(Self.atOnce, waiting.count) { waiting.popFirst()?() }
    isScheduled = false
    if !waiting.isEmpty { schedule() }
  }
}

/// The ``LoopTurns`` of each event loop.
final class RequestTurns: Sendable {
  private let loops = Mutex<[ObjectIdentifier: NIOLoopBound<LoopTurns>]>([:])

  /// Call on the event loop.
  func of(_ eventLoop: any EventLoop) -> LoopTurns {
    loops.withLock { loops in
      let id = ObjectIdentifier(eventLoop)
      if let turns = loops[id] { return turns }
      let turns = NIOLoopBound(LoopTurns(eventLoop), eventLoop: eventLoop)
      loops[id] = turns
      return turns
    }.value
  }
}
