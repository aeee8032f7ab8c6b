import CProcess
package import NIOCore
import Synchronization

/// How far the event loops are behind with their work, measured by a timer on each.
package final class EventLoopLoad: Sendable {
  /// What one loop says of itself; read by others.
  private final class Loop: Sendable {
    let lagNanoseconds = Atomic<Int64>(0)
    let isShedding = Atomic<Bool>(false)
  }

  /// What a loop's timer remembers. Confined to its loop.
  private final class Watch {
    var shedding = LoadShedding()
    var last = Moment.now()
  }

  private struct Moment {
    var elapsed: Duration
    var computed: Duration

    static func now() -> Moment {
      let now = NIODeadline.now() - .uptimeNanoseconds(0)
      return Moment(elapsed: Duration(now), computed: .nanoseconds(berth_thread_nanoseconds()))
    }
  }

  private let loops: [Loop]
  private let shed = Atomic<UInt64>(0)

  /// Begins to look at each loop of a group, for as long as this lives.
  package init(_ group: any EventLoopGroup) {
    var loops: [Loop] = []
    for eventLoop in group.makeIterator() {
      let loop = Loop()
      loops.append(loop)
      eventLoop.execute { Self.watch(loop, eventLoop) }
    }
    self.loops = loops
  }

  private static func watch(_ loop: Loop, _ eventLoop: any EventLoop) {
    let watch = NIOLoopBound(Watch(), eventLoop: eventLoop)
    let interval = TimeAmount(LoopLag.interval)
    eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { [weak loop] task in
      guard let loop else { return task.cancel() }
      let (watch, now) = (watch.value, Moment.now())
      let lag = LoopLag.own(
        sinceLast: now.elapsed - watch.last.elapsed,
        computed: now.computed - watch.last.computed
      )
      watch.last = now
      watch.shedding.measured(lag, at: now.elapsed)
      loop.lagNanoseconds.store(TimeAmount(lag).nanoseconds, ordering: .relaxed)
      loop.isShedding.store(watch.shedding.isShedding, ordering: .relaxed)
    }
  }

  /// Whether what can wait is sent away: new misses, and long lists.
  package var isShedding: Bool { loops.contains { $0.isShedding.load(ordering: .relaxed) } }

  /// The largest lag that was last measured.
  package var lagSeconds: Double {
    Double(loops.map { $0.lagNanoseconds.load(ordering: .relaxed) }.max() ?? 0) / 1_000_000_000
  }

  /// How many requests were sent away.
  package var shedCount: UInt64 { shed.load(ordering: .relaxed) }

  /// A request was sent away because of that.
  package func countShed() { shed.wrappingAdd(1, ordering: .relaxed) }
}
