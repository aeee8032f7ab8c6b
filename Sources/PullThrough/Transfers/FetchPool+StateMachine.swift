import OCI

extension FetchPool {
  /// Who may transfer now, and who is next. Knows jobs by ticket; runs nothing itself. The time is passed in.
  ///
  /// A job is announced, which fixes its priority and its client until it is raised, and then submitted, which puts it in
  /// line unless there is a place: see ``Places`` for who may have one, and ``WaitingLine`` for who is next.
  struct StateMachine {
    typealias Ticket = WaitingLine.Ticket

    enum Admission: Equatable {
      case start
      case wait
      case refuse
    }

    private struct Running {
      var upstream: UpstreamName
      var limit: Int
      var stage: TransferStage
      var isSlow = false
    }

    private var places: Places
    private var running: [Ticket: Running] = [:]
    private var line = WaitingLine()
    private var emptyAnswers: [UpstreamName: EmptyAnswers] = [:]
    private let maxWaiting: Int
    private let maxWait: Duration

    /// - Parameter maxWait: how long a job may wait for a place.
    init(places: Int, maxWaiting: Int, maxWait: Duration = .seconds(600)) {
      self.places = Places(places)
      self.maxWaiting = maxWaiting
      self.maxWait = maxWait
    }

    var runningCount: Int { running.count }
    var waitingCount: Int { line.count }

    /// Whether a client's job of that upstream waits.
    func isShort(of upstream: UpstreamName) -> Bool { line.isShort(of: upstream) }

    // MARK: Into the line

    /// A job will be submitted. Tickets ascend.
    mutating func announce(_ ticket: Ticket, priority: Priority, client: ClientKey = .own) {
      line.set(ticket, WaitingLine.Job(priority: priority, clients: [client]))
    }

    /// A job asks for a place. `limit` is how many of its upstream's transfers may run at once.
    /// - Returns: what becomes of it, and the job that makes room for it in the line, if one has to.
    mutating func submit(
      _ ticket: Ticket,
      upstream: UpstreamName,
      limit: Int,
      stage: TransferStage = .transferring,
      at now: ContinuousClock.Instant = .now
    ) -> (admission: Admission, displaced: Ticket?) {
      guard var job = line.jobs[ticket] else { return (.refuse, nil) }
      (job.upstream, job.limit, job.stage) = (upstream, limit, stage)
      refreshFlood(of: upstream, limit: limit, at: now)
      if hasPlace(for: job) {
        line.forget(ticket)
        start(ticket, job)
        return (.start, nil)
      }
      var displaced: Ticket?
      if line.count >= (job.priority == .prefetch ? maxWaiting / Places.prefetchDivisor : maxWaiting) {
        displaced = job.clients.first.flatMap { line.displaceable(for: $0) }
        guard let displaced else {
          line.forget(ticket)
          return (.refuse, nil)
        }
        line.forget(displaced)
      }
      line.set(ticket, job)
      line.enter(ticket, atEnd: false, until: now + maxWait)
      return (.wait, displaced)
    }

    /// A job that asked has been answered with a body.
    mutating func bodyCame(_ ticket: Ticket, of client: ClientKey, at now: ContinuousClock.Instant = .now) -> Admission
    {
      guard let asked = running[ticket], asked.stage == .asking else { return .start }
      refreshFlood(of: asked.upstream, limit: asked.limit, at: now)
      var job = WaitingLine.Job(priority: .client, clients: [client])
      (job.upstream, job.limit, job.isAnswered) = (asked.upstream, asked.limit, true)
      if hasPlace(for: job) {
        start(ticket, job)
        return .start
      }
      line.set(ticket, job)
      line.enter(ticket, atEnd: false, until: now + maxWait)
      return .wait
    }

    /// Somebody else wants a job too, and perhaps more urgently than was said: it goes behind those that were as urgent
    /// before, or at that client's own turn if that comes first.
    /// - Returns: the jobs that may start now.
    mutating func raise(_ ticket: Ticket, to priority: Priority, for client: ClientKey = .own) -> [Ticket] {
      guard var job = line.jobs[ticket], job.priority <= priority else { return [] }
      let isRaised = job.priority < priority
      guard isRaised || (job.clients.count < WaitingLine.maxClientsPerJob && !job.clients.contains(client)) else {
        return []
      }
      let wasWaiting = job.isWaiting
      line.leave(ticket)
      job.priority = priority
      job.clients = isRaised ? [client] : job.clients + [client]
      guard wasWaiting else {
        line.set(ticket, job)
        return []
      }
      guard !hasPlace(for: job) else {
        line.forget(ticket)
        start(ticket, job)
        return [ticket]
      }
      line.set(ticket, job.notWaiting)
      line.enter(ticket, atEnd: isRaised, until: nil)
      return []
    }

    /// A client has closed its side of the connection, and may have left.
    mutating func mayHaveLeft(_ client: ClientKey) { line.mayHaveLeft(client) }

    /// Its connection has ended.
    mutating func hasLeft(_ client: ClientKey) { line.hasLeft(client) }

    /// Nobody wants a job any more.
    /// - Returns: whether it had no place yet; it gets none then.
    mutating func withdraw(_ ticket: Ticket) -> Bool { line.forget(ticket) != nil }

    /// The jobs that have waited for as long as one may.
    mutating func expire(at now: ContinuousClock.Instant) -> [Ticket] { line.expire(at: now) }

    // MARK: Places

    /// A job has ended; whoever may go next takes its place.
    /// - Parameter isEmpty: whether upstream had no body for it.
    mutating func finish(_ ticket: Ticket, isEmpty: Bool = false, at now: ContinuousClock.Instant = .now) -> [Ticket] {
      guard let job = running.removeValue(forKey: ticket) else { return [] }
      line.forget(ticket)
      places.leave(job.upstream, job.stage, isSlow: job.isSlow)
      if isEmpty { emptyAnswers[job.upstream, default: EmptyAnswers()].note(at: now) }
      refreshFlood(of: job.upstream, limit: job.limit, at: now)
      return startWaiting()
    }

    /// A transfer has become slow, or is so no more.
    mutating func mark(_ ticket: Ticket, isSlow: Bool) -> [Ticket] {
      guard let job = running[ticket], job.isSlow != isSlow else { return [] }
      running[ticket]?.isSlow = isSlow
      places.mark(job.upstream, job.stage, isSlow: isSlow)
      return isSlow ? startWaiting() : []
    }

    private mutating func startWaiting() -> [Ticket] {
      var started: [Ticket] = []
      while let (ticket, job) = line.next(where: { [places] in Self.hasPlace(for: $0, in: places) }) {
        start(ticket, job)
        started.append(ticket)
      }
      return started
    }

    private func hasPlace(for job: WaitingLine.Job) -> Bool { Self.hasPlace(for: job, in: places) }

    private static func hasPlace(for job: WaitingLine.Job, in places: Places) -> Bool {
      guard let upstream = job.upstream else { return false }
      if job.isAnswered { return places.mayTransfer(at: upstream, limit: job.limit) }
      return places.hasPlace(at: upstream, limit: job.limit, for: job.stage, job.priority)
    }

    private mutating func start(_ ticket: Ticket, _ job: WaitingLine.Job) {
      guard let upstream = job.upstream else { return }
      if let asked = running[ticket] { places.leave(asked.upstream, asked.stage, isSlow: asked.isSlow) }
      places.take(at: upstream, job.stage)
      running[ticket] = Running(upstream: upstream, limit: job.limit, stage: job.stage)
    }

    private mutating func refreshFlood(of upstream: UpstreamName, limit: Int, at now: ContinuousClock.Instant) {
      guard let answers = emptyAnswers[upstream] else { return }
      places.setFlooded(answers.isFlood(at: now), upstream, limit: limit)
    }
  }
}
