import DequeModule
import OCI

extension FetchPool {
  /// Who may transfer now, and who is next. Knows lanes by number and jobs by ticket; runs nothing itself.
  ///
  /// A job waits while all lanes are taken or its upstream is at its own limit. Higher priority goes first; among
  /// equals, the one that came first whose upstream has room.
  struct StateMachine {
    typealias Ticket = UInt64

    enum Admission: Equatable {
      case start(lane: Int)
      case wait
      case refuse
    }

    struct Start: Equatable {
      var ticket: Ticket
      var lane: Int
    }

    private struct Waiting {
      var ticket: Ticket
      var upstream: UpstreamName
      var limit: Int
    }

    private var freeLanes: [Int]
    private var running: [UpstreamName: Int] = [:]
    private var waiting: [Deque<Waiting>] = Priority.allCases.map { _ in [] }
    private let maxWaiting: Int

    init(lanes: Int, maxWaiting: Int) {
      freeLanes = Array((0..<lanes).reversed())
      self.maxWaiting = maxWaiting
    }

    var waitingCount: Int { waiting.reduce(0) { $0 + $1.count } }
    var runningCount: Int { running.values.reduce(0, +) }

    /// A job asks for a lane. `limit` is how many of its upstream's transfers may run at once.
    mutating func submit(
      _ ticket: Ticket,
      upstream: UpstreamName,
      limit: Int,
      priority: Priority
    ) -> Admission {
      if running[upstream, default: 0] < limit, let lane = freeLanes.popLast() {
        running[upstream, default: 0] += 1
        return .start(lane: lane)
      }
      guard waitingCount < maxWaiting else { return .refuse }
      waiting[priority.rawValue].append(Waiting(ticket: ticket, upstream: upstream, limit: limit))
      return .wait
    }

    /// A job has ended; whoever may go next takes its place.
    mutating func finish(lane: Int, upstream: UpstreamName) -> Start? {
      freeLanes.append(lane)
      let left = running[upstream, default: 1] - 1
      running[upstream] = left > 0 ? left : nil
      return startNext()
    }

    private mutating func startNext() -> Start? {
      for priority in Priority.allCases.reversed() {
        let queue = waiting[priority.rawValue]
        guard let index = queue.firstIndex(where: { running[$0.upstream, default: 0] < $0.limit }) else { continue }
        guard let lane = freeLanes.popLast() else { return nil }
        let job = waiting[priority.rawValue].remove(at: index)
        running[job.upstream, default: 0] += 1
        return Start(ticket: job.ticket, lane: lane)
      }
      return nil
    }
  }
}
