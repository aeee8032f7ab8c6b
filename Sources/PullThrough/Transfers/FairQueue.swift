import DequeModule
import OCI

/// Jobs of many clients that wait for the same, and whose turn it is. Pure.
///
/// Addresses take turns, and within an address its connections do; a connection's own jobs go in their order. So who asks
/// for much waits behind itself: a job waits for at most one of each other address before it, whatever they have in line.
struct FairQueue<Job: Comparable> {
  fileprivate struct Share {
    /// A connection's jobs. One without any, for they were removed, stays until its turn.
    var lines: [UInt64: Deque<Job>] = [:]
    var turns: Deque<UInt64> = []
    var count = 0
  }

  private var shares: [ClientKey.Address: Share] = [:]
  private var turns: Deque<ClientKey.Address> = []
  /// How many entries there are; a job that several clients wait for has one for each.
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  /// Puts a job in a client's line: by its order, or behind all that is there.
  mutating func add(_ job: Job, of client: ClientKey, atEnd: Bool = false) {
    if shares[client.address] == nil {
      shares[client.address] = Share()
      turns.append(client.address)
    }
    shares[client.address]?.add(job, client.connection, atEnd: atEnd)
    count += 1
  }

  /// Takes a job out of a client's line.
  mutating func remove(_ job: Job, of client: ClientKey) {
    guard shares[client.address]?.remove(job, client.connection) == true else { return }
    count -= 1
    guard turns.count > Self.leastStale, turns.count > count * 2 else { return }
    shares = shares.filter { $0.value.count > 0 }
    turns.removeAll { shares[$0] == nil }
  }

  /// The job whose turn it is; nil if none waits.
  mutating func next() -> Job? {
    while let address = turns.popFirst() {
      // Taken out while it changes, so that it is not copied.
      guard var share = shares.removeValue(forKey: address), let job = share.next() else { continue }
      count -= 1
      if share.count > 0 {
        shares[address] = share
        turns.append(address)
      }
      return job
    }
    return nil
  }

  /// The job whose turn it is; it stays. Turns of those that have gone are passed over.
  var first: Job? {
    for address in turns {
      guard let share = shares[address], share.count > 0 else { continue }
      for connection in share.turns { if let job = share.lines[connection]?.first { return job } }
    }
    return nil
  }

  /// Turns of those that have gone are looked through from so many on.
  fileprivate static var leastStale: Int { 64 }
}

extension FairQueue.Share {
  mutating func add(_ job: Job, _ connection: UInt64, atEnd: Bool) {
    count += 1
    guard let line = lines[connection] else {
      lines[connection] = [job]
      turns.append(connection)
      return
    }
    let before = atEnd ? line.indices.last : line.lastIndex { $0 < job }
    lines[connection]?.insert(job, at: before.map { $0 + 1 } ?? 0)
  }

  mutating func remove(_ job: Job, _ connection: UInt64) -> Bool {
    guard let index = lines[connection]?.firstIndex(of: job) else { return false }
    lines[connection]?.remove(at: index)
    count -= 1
    if turns.count > FairQueue.leastStale, turns.count > count * 2 {
      lines = lines.filter { !$0.value.isEmpty }
      turns.removeAll { lines[$0] == nil }
    }
    return true
  }

  mutating func next() -> Job? {
    while let connection = turns.popFirst() {
      guard var line = lines.removeValue(forKey: connection), let job = line.popFirst() else { continue }
      count -= 1
      if !line.isEmpty {
        lines[connection] = line
        turns.append(connection)
      }
      return job
    }
    return nil
  }
}
