import DequeModule
import OCI

/// Contents about which upstreams are to be asked behind answers: whether a repository includes what is held for another.
/// Pure.
///
/// Each upstream has a queue and few places of its own, so that a slow one holds up no other. What does not fit is left until
/// a client asks for it: then the question is asked in any case.
struct ProofQueue {
  /// Something to ask about.
  struct Question: Hashable, Sendable {
    var repository: Repository
    var digest: Digest
    var isManifest: Bool
  }

  private struct Line {
    var waiting: Deque<Question> = []
    var running = 0
  }

  private var lines: [UpstreamName: Line] = [:]
  private var known: Set<Question> = []
  private let maxRunning: Int
  private let maxWaiting: Int

  /// - Parameters:
  ///   - maxRunning: most questions to one upstream at a time.
  ///   - maxWaiting: most that wait for one upstream.
  init(maxRunning: Int, maxWaiting: Int) { (self.maxRunning, self.maxWaiting) = (maxRunning, maxWaiting) }

  /// Notes a question, unless it is asked already or too many wait.
  /// - Returns: whether one more worker is to be started for its upstream.
  mutating func add(_ question: Question) -> Bool {
    let upstream = question.repository.upstream
    var line = lines[upstream] ?? Line()
    guard line.waiting.count < maxWaiting, known.insert(question).inserted else { return false }
    line.waiting.append(question)
    let startsWorker = line.running < maxRunning
    if startsWorker { line.running += 1 }
    lines[upstream] = line
    return startsWorker
  }

  /// The next question for a worker; nil when it shall end.
  mutating func next(of upstream: UpstreamName) -> Question? {
    if let question = lines[upstream]?.waiting.popFirst() { return question }
    lines[upstream]?.running -= 1
    if lines[upstream]?.running == 0 { lines[upstream] = nil }
    return nil
  }

  /// A question has been answered, or cannot be.
  mutating func end(_ question: Question) { known.remove(question) }

  /// The upstream is in trouble: what waits for it is left until it is asked for.
  mutating func drop(_ upstream: UpstreamName) {
    guard let waiting = lines[upstream]?.waiting else { return }
    known.subtract(waiting)
    lines[upstream]?.waiting = []
  }

  /// Questions that wait.
  var waitingCount: Int { lines.values.reduce(0) { $0 + $1.waiting.count } }
}
