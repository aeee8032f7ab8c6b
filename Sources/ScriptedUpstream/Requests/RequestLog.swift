import NIOCore
import NIOHTTP1

/// The requests in the order in which they came, as many of the newest as fit, and their sums.
struct RequestLog: Sendable {
  /// Names a request for as long as the tool runs, over resets.
  struct Handle: Sendable {
    fileprivate let epoch: Int
    fileprivate let id: Int
    fileprivate let kind: RequestKind
    fileprivate let digest: String?
  }

  private let capacity: Int
  private var epoch = 0
  private var dropped = 0
  private(set) var records: [RequestRecord] = []
  private(set) var counters = Counters()

  /// Keeps at least the newest `capacity` records, and at most twice as many.
  init(capacity: Int) { self.capacity = max(1, capacity) }

  /// Notes a request whose answer is about to begin. `digest` is what it is after, where that is known.
  mutating func begin(_ request: IncomingRequest, digest: String?, credential: String, now: UInt64) -> Handle {
    if records.count >= 2 * capacity {
      records.removeFirst(capacity)
      dropped += capacity
    }
    let id = dropped + records.count
    let route = request.route
    counters.noteStart(route, isHead: request.isHead, digest: digest)
    records.append(
      RequestRecord(
        id: id,
        origin: request.origin,
        connection: request.connection,
        kind: route.kind,
        repository: route.repository,
        reference: route.reference,
        method: request.method,
        path: request.path,
        query: request.query,
        headers: request.headers.map { [$0.name, $0.value] },
        body: String(buffer: request.body),
        status: 0,
        bytesSent: 0,
        startedAt: now,
        firstByteAt: 0,
        endedAt: 0,
        outcome: .inProgress,
        wasHeld: false,
        wasStalled: false,
        rules: [],
        credential: credential
      )
    )
    return Handle(epoch: epoch, id: id, kind: route.kind, digest: digest)
  }

  /// Changes the record, if it is still kept; returns it as it is then.
  @discardableResult
  mutating func update(_ handle: Handle, _ change: (inout RequestRecord) -> Void) -> RequestRecord? {
    let index = handle.id - dropped
    guard handle.epoch == epoch, records.indices.contains(index) else { return nil }
    change(&records[index])
    return records[index]
  }

  /// Notes the status, once it is decided.
  mutating func noteStatus(_ status: Int, of handle: Handle) {
    if handle.epoch == epoch { counters.noteStatus(status) }
    update(handle) { $0.status = status }
  }

  /// Adds body bytes, or takes away those that turned out not to have been sent.
  mutating func noteBytes(_ count: Int64, of handle: Handle) {
    // What belongs to requests from before the reset must not show in the sums after it.
    guard handle.epoch == epoch else { return }
    counters.noteBytes(count, kind: handle.kind, digest: handle.digest)
    update(handle) { $0.bytesSent += count }
  }

  mutating func end(_ handle: Handle, _ outcome: RequestRecord.Outcome, now: UInt64) -> RequestRecord? {
    counters.noteEnd(handle.kind)
    return update(handle) {
      $0.outcome = outcome
      $0.endedAt = now
    }
  }

  mutating func noteConnection(_ origin: Origin, opened: Bool) {
    var count = counters.connections[origin] ?? Counters.OfConnections()
    count.accepted += opened ? 1 : 0
    count.open += opened ? 1 : -1
    counters.connections[origin] = count
  }

  /// Forgets all requests; those being answered go on, unrecorded.
  mutating func reset() {
    epoch += 1
    dropped = 0
    records = []
    counters.reset()
  }
}
