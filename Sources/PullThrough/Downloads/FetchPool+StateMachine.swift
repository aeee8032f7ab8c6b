import DequeModule
import OCI

extension FetchPool {
  /// Who may transfer now, and who is next. Knows lanes by number and jobs by ticket; runs nothing itself.
  ///
  /// A job is announced, which fixes its priority until it is raised, and then submitted, which puts it in line. It waits
  /// while all lanes are taken or its upstream is at its own limit. Higher priority goes first; among equals, the one
  /// that was announced first whose upstream has room. What is prefetched is begun only while less than a quarter is taken,
  /// be it of the lanes, of the upstream's places, or of the line: it keeps a slow line busy, and hardly slows down what
  /// clients wait for.
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

    /// Prefetching takes one part in so many at the most, and none where there are fewer places.
    static let prefetchDivisor = 4

    private var freeLanes: [Int]
    private let laneCount: Int
    private var running: [UpstreamName: Int] = [:]
    private var waiting: [Deque<Waiting>] = Priority.allCases.map { _ in [] }
    /// Of jobs that have not started.
    private var priorities: [Ticket: Priority] = [:]
    private let maxWaiting: Int

    init(lanes: Int, maxWaiting: Int) {
      freeLanes = Array((0..<lanes).reversed())
      laneCount = lanes
      self.maxWaiting = maxWaiting
    }

    var waitingCount: Int { waiting.reduce(0) { $0 + $1.count } }
    var runningCount: Int { laneCount - freeLanes.count }

    /// A job will be submitted. Tickets ascend.
    mutating func announce(_ ticket: Ticket, priority: Priority) { priorities[ticket] = priority }

    /// A job asks for a lane. `limit` is how many of its upstream's transfers may run at once.
    mutating func submit(_ ticket: Ticket, upstream: UpstreamName, limit: Int) -> Admission {
      let priority = priorities[ticket] ?? .client
      let job = Waiting(ticket: ticket, upstream: upstream, limit: limit)
      if let lane = start(job, priority) { return .start(lane: lane) }
      guard waitingCount < (priority == .prefetch ? maxWaiting / Self.prefetchDivisor : maxWaiting) else {
        priorities[ticket] = nil
        return .refuse
      }
      // Jobs are submitted by tasks of their own, in no order.
      let before = waiting[priority.rawValue].lastIndex { $0.ticket < ticket }
      waiting[priority.rawValue].insert(job, at: before.map { $0 + 1 } ?? 0)
      return .wait
    }

    /// Somebody wants a job more urgently than was said: it goes behind those that were as urgent before.
    /// - Returns: the job, if it may start now.
    mutating func raise(_ ticket: Ticket, to priority: Priority) -> Start? {
      guard let before = priorities[ticket], before < priority else { return nil }
      priorities[ticket] = priority
      guard let index = waiting[before.rawValue].firstIndex(where: { $0.ticket == ticket }) else { return nil }
      let job = waiting[before.rawValue].remove(at: index)
      if let lane = start(job, priority) { return Start(ticket: ticket, lane: lane) }
      waiting[priority.rawValue].append(job)
      return nil
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
        guard let index = queue.firstIndex(where: { hasPlace(for: $0, priority) }),
          let lane = start(queue[index], priority)
        else { continue }
        return Start(ticket: waiting[priority.rawValue].remove(at: index).ticket, lane: lane)
      }
      return nil
    }

    private func hasPlace(for job: Waiting, _ priority: Priority) -> Bool {
      let taken = running[job.upstream, default: 0]
      return priority == .prefetch
        ? taken < job.limit / Self.prefetchDivisor && runningCount < laneCount / Self.prefetchDivisor
        : taken < job.limit && runningCount < laneCount
    }

    private mutating func start(_ job: Waiting, _ priority: Priority) -> Int? {
      guard hasPlace(for: job, priority), let lane = freeLanes.popLast() else { return nil }
      running[job.upstream, default: 0] += 1
      priorities[job.ticket] = nil
      return lane
    }
  }
}
