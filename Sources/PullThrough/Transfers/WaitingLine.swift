import DequeModule
import OCI

/// The transfers that wait for a place, and which of them is next. Knows them by ticket. Pure; the time is passed in.
struct WaitingLine {
  typealias Ticket = UInt64

  /// What a transfer waits as. Clients' levels take turns, in which those that a manifest has named come most often.
  enum Level: Int, CaseIterable {
    case warming, prefetch
    /// All clients that want it have closed their side of the connection, and may have left.
    case leaving
    /// A client wants a digest that no manifest has named: there may be none.
    case unknown
    /// A client waits, and upstream has begun to answer.
    case answered
    /// A client wants a digest that a manifest has named.
    case known
  }

  struct Job {
    var priority: Priority
    /// Who wants it: it goes at the first turn that one of them has.
    var clients: [ClientKey]
    var upstream: UpstreamName?
    /// How many of its upstream's transfers may run at once.
    var limit = 1
    var stage = TransferStage.transferring
    /// It has asked already, and waits for a place to transfer in.
    var isAnswered = false
    fileprivate(set) var isWaiting = false
    fileprivate(set) var isLeaving = false

    /// The same, out of line.
    var notWaiting: Job {
      var job = self
      job.isWaiting = false
      return job
    }

    var level: Level {
      switch priority {
      case .warming: .warming
      case .prefetch: .prefetch
      case .client where isLeaving: .leaving
      case .client: isAnswered ? .answered : stage == .asking ? .unknown : .known
      }
    }
  }

  /// Of a shared job, so many clients have it in their lines.
  static let maxClientsPerJob = 8
  /// Which level goes first, from one start to the next.
  private static let order: [[Level]] = [
    [.known, .answered, .unknown, .leaving, .prefetch, .warming],
    [.known, .answered, .unknown, .leaving, .prefetch, .warming],
    [.answered, .known, .unknown, .leaving, .prefetch, .warming],
    [.unknown, .known, .answered, .leaving, .prefetch, .warming],
  ]

  /// Those that are announced, in line or not yet.
  private(set) var jobs: [Ticket: Job] = [:]
  /// How many are in line.
  private(set) var count = 0
  private var queues: [[UpstreamName: FairQueue<Ticket>]] = Level.allCases.map { _ in [:] }
  private var turns: Deque<UpstreamName> = []
  private var turn = 0
  private var deadlines: Deque<(at: ContinuousClock.Instant, ticket: Ticket)> = []
  private var countByAddress: [ClientKey.Address: Int] = [:]
  /// Clients that have closed their side of the connection.
  private var leaving: Set<ClientKey> = []

  /// Whether a client's job of that upstream waits.
  func isShort(of upstream: UpstreamName) -> Bool {
    [Level.known, .answered, .unknown].contains { queues[$0.rawValue][upstream]?.isEmpty == false }
  }

  /// Makes a job known, or changes one that is not in line.
  mutating func set(_ ticket: Ticket, _ job: Job) { jobs[ticket] = job }

  /// Puts a job that is known in line.
  /// - Parameter deadline: until when it may wait; nil if that was said before.
  mutating func enter(_ ticket: Ticket, atEnd: Bool, until deadline: ContinuousClock.Instant?) {
    guard var job = jobs[ticket], !job.isWaiting, let upstream = job.upstream else { return }
    (job.isWaiting, job.isLeaving) = (true, job.clients.allSatisfy(leaving.contains))
    jobs[ticket] = job
    count += 1
    if !turns.contains(upstream) { turns.append(upstream) }
    for client in job.clients {
      queues[job.level.rawValue][upstream, default: FairQueue()].add(ticket, of: client, atEnd: atEnd)
    }
    if let address = job.clients.first?.address { countByAddress[address, default: 0] += 1 }
    if let deadline { deadlines.append((deadline, ticket)) }
  }

  /// A client has closed its side of the connection: what nobody else waits for goes behind what others wait for.
  mutating func mayHaveLeft(_ client: ClientKey) {
    guard leaving.insert(client).inserted else { return }
    for (ticket, job) in jobs where job.isWaiting && job.clients.contains(client) {
      leave(ticket)
      enter(ticket, atEnd: false, until: nil)
    }
  }

  /// Its connection has ended.
  mutating func hasLeft(_ client: ClientKey) { leaving.remove(client) }

  /// Takes a job out of the line; it stays known.
  mutating func leave(_ ticket: Ticket) {
    guard let job = jobs[ticket], job.isWaiting, let upstream = job.upstream else { return }
    jobs[ticket]?.isWaiting = false
    count -= 1
    for client in job.clients { queues[job.level.rawValue][upstream]?.remove(ticket, of: client) }
    guard let address = job.clients.first?.address else { return }
    let left = countByAddress[address, default: 1] - 1
    countByAddress[address] = left > 0 ? left : nil
  }

  /// A job is not known any more.
  /// - Returns: what it was.
  @discardableResult
  mutating func forget(_ ticket: Ticket) -> Job? {
    leave(ticket)
    return jobs.removeValue(forKey: ticket)
  }

  /// Takes the next job out that may start.
  /// - Parameter hasPlace: whether jobs of an upstream may start, by an example.
  mutating func next(where hasPlace: (Job) -> Bool) -> (Ticket, Job)? {
    for level in Self.order[turn % Self.order.count] {
      for index in turns.indices {
        let upstream = turns[index]
        guard let first = queues[level.rawValue][upstream]?.first, let job = jobs[first], hasPlace(job),
          let ticket = queues[level.rawValue][upstream]?.next(), let started = forget(ticket)
        else { continue }
        turns.remove(at: index)
        turns.append(upstream)
        turn += 1
        return (ticket, started)
      }
    }
    return nil
  }

  /// The jobs that have waited for as long as they may; they are not known any more.
  mutating func expire(at now: ContinuousClock.Instant) -> [Ticket] {
    var expired: [Ticket] = []
    while let first = deadlines.first, first.at <= now {
      deadlines.removeFirst()
      guard jobs[first.ticket]?.isWaiting == true else { continue }
      forget(first.ticket)
      expired.append(first.ticket)
    }
    return expired
  }

  /// Of a full line, the job that gives its place to a client's: the latest of those whose clients may have left; else, if the
  /// client's address has less in line, the latest, and least urgent, of the address that has most.
  func displaceable(for client: ClientKey) -> Ticket? {
    let left = jobs.lazy.filter { $0.value.isWaiting && $0.value.level == .leaving }
    if !leaving.contains(client), let latest = left.map(\.key).max() { return latest }
    guard let largest = countByAddress.max(by: { $0.value < $1.value }),
      countByAddress[client.address, default: 0] + 1 < largest.value
    else { return nil }
    let candidates = jobs.filter { $0.value.isWaiting && $0.value.clients.first?.address == largest.key }
    return candidates.max { ($1.value.level.rawValue, $0.key) < ($0.value.level.rawValue, $1.key) }?.key
  }
}
