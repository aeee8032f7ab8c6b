import OCI

/// Who may stay when there are as many connections as may be.
///
/// Shares, not caps: a client address may use what nobody else waits for. When all places are taken, a new connection is
/// admitted all the same, and the address that has most of them loses: first those whose client has closed its side, then
/// the longest idle, then those that take nothing of their answers. What is being served goes last, one at a time, and only
/// of an address that has more than the new one. Within one address, be it a NAT or a proxy, it goes by connection.
struct ConnectionPlaces<Holder: PlaceHolder> {
  enum Admission {
    /// It has a place; these have lost theirs.
    case admitted(closing: [Holder])
    /// There is none: all are being served.
    case refused
  }

  let capacity: Int
  /// Most connections of one address; nil for as many as there are.
  let maxPerClient: Int?
  private var holders: [UInt64: Holder] = [:]
  private var counts: [ClientKey.Address: Int] = [:]

  init(capacity: Int, maxPerClient: Int?) {
    self.capacity = max(1, capacity)
    self.maxPerClient = maxPerClient
  }

  var count: Int { holders.count }

  /// Looking at all connections costs more than closing one: a few go at once.
  private var batch: Int { max(1, capacity / 64) }

  func contains(_ holder: Holder) -> Bool { holders[holder.client.connection] != nil }

  mutating func admit(_ holder: Holder) -> Admission {
    var closing: [Holder] = []
    if let maxPerClient, counts[holder.client.address, default: 0] >= maxPerClient {
      closing = candidates { $0 == holder.client.address }.prefix(1).map(\.holder)
      if closing.isEmpty { return .refused }
    } else if count >= capacity {
      closing = leaving(for: holder.client.address)
      if closing.isEmpty { return .refused }
    }
    for each in closing { leave(each) }
    holders[holder.client.connection] = holder
    counts[holder.client.address, default: 0] += 1
    return .admitted(closing: closing)
  }

  /// A place is free again; nothing if it was lost before.
  mutating func leave(_ holder: Holder) {
    guard holders.removeValue(forKey: holder.client.connection) != nil, let count = counts[holder.client.address] else {
      return
    }
    counts[holder.client.address] = count > 1 ? count - 1 : nil
  }

  /// Takes the places of those whose client has closed its side and waits for an answer.
  /// - Returns: who has lost its place, the longest waiting; a few at most.
  mutating func leaveHalfClosed() -> [Holder] {
    let waiting = holders.values.map { (holder: $0, standing: $0.standing) }.filter { $0.standing.kind == .halfClosed }
    let closing = waiting.sorted { $0.standing.goesBefore($1.standing) }.prefix(batch).map(\.holder)
    for each in closing { leave(each) }
    return closing
  }

  private func leaving(for client: ClientKey.Address) -> [Holder] {
    let level = self.level
    var quotas: [ClientKey.Address: Int] = [:]
    var closing: [Holder] = []
    for (holder, _) in candidates(among: { counts[$0, default: 0] > level }) {
      let quota = quotas[holder.client.address] ?? counts[holder.client.address, default: 0] - level
      guard quota > 0 else { continue }
      quotas[holder.client.address] = quota - 1
      closing.append(holder)
      if closing.count == batch { break }
    }
    if !closing.isEmpty { return closing }
    // None of those of which most would go: one of its own, or of an address that has more.
    let own = counts[client, default: 0]
    let other = candidates { $0 == client || counts[$0, default: 0] > own }.first
    return other.map { [$0.holder] } ?? served(givingWayTo: client)
  }

  /// One that is being served, of the address that has most, if that has more than its share.
  private func served(givingWayTo client: ClientKey.Address) -> [Holder] {
    guard let most = counts.max(by: { $0.value < $1.value }), most.value > counts[client, default: 0] + 1 else {
      return []
    }
    let theirs = holders.values.filter { $0.client.address == most.key }.map { (holder: $0, standing: $0.standing) }
    return theirs.min { $0.standing.goesBefore($1.standing) }.map { [$0.holder] } ?? []
  }

  /// The number of connections down to which the addresses that have most would have to go to make room for a batch.
  private var level: Int {
    var (low, high) = (0, counts.values.max() ?? 0)
    while low < high {
      let middle = (low + high + 1) / 2
      let room = counts.values.reduce(0) { $0 + max(0, $1 - middle) }
      if room >= batch { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Those that give way, in the order in which they go. What each is doing is asked once: it may change meanwhile.
  private func candidates(among included: (ClientKey.Address) -> Bool) -> [(holder: Holder, standing: Standing)] {
    holders.values.filter { included($0.client.address) }.map { (holder: $0, standing: $0.standing) }
      .filter(\.standing.kind.givesWay).sorted { $0.standing.goesBefore($1.standing) }
  }
}

/// What has a place among all connections.
protocol PlaceHolder {
  /// Its connection's number is its own.
  var client: ClientKey { get }
  /// What it is doing at this moment.
  var standing: Standing { get }
}
