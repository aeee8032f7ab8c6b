import OCI

/// Which requests for documents may be made of an upstream now, and which is next. Pure; knows them by ticket.
///
/// - So many run at once. Some places are kept for repositories of which the upstream has shown something before, so that
///   asking for what does not exist does not keep out those who pull.
/// - Who waits is shared out between addresses: the one whose turn is longest ago goes first, within it who came first.
///   Those who ask for proven repositories go before all others.
/// - When too many wait, the last one of whoever has most waiting is sent away, an unproven one first.
struct AskQueue {
  typealias Ticket = UInt64

  enum Step: Equatable {
    case go
    case wait
    /// Wait; another one does not wait any longer.
    case waitInstead(of: Ticket)
    case refuse
  }

  private struct Waiting {
    var ticket: Ticket
    var client: ClientKey.Address
    var isProven: Bool
  }

  private let places: Int
  private let keptPlaces: Int
  private let maxWaiting: Int
  private var running = 0
  private var unprovenRunning = 0
  /// In the order in which they came.
  private var waiting: [Waiting] = []
  /// When whoever waits had a turn; those who have had none yet are not in it.
  private var turns: [ClientKey.Address: UInt64] = [:]
  private var lastTurn: UInt64 = 0

  /// - Parameters:
  ///   - places: how many run at once.
  ///   - kept: those of them that are for proven repositories alone; at least one is for anybody.
  ///   - maxWaiting: most that wait.
  init(places: Int, kept: Int, maxWaiting: Int) {
    self.places = max(places, 1)
    keptPlaces = min(max(kept, 0), self.places - 1)
    self.maxWaiting = max(maxWaiting, 0)
  }

  var load: (running: Int, waiting: Int) { (running, waiting.count) }

  mutating func ask(_ ticket: Ticket, from client: ClientKey.Address, isProven: Bool) -> Step {
    let asking = Waiting(ticket: ticket, client: client, isProven: isProven)
    // Where there is a place, nobody of the kind waits for one: see `finish`.
    if hasPlace(for: isProven) {
      start(asking)
      return .go
    }
    guard waiting.count >= maxWaiting else {
      waiting.append(asking)
      return .wait
    }
    guard let place = placeToGiveUp(for: asking) else { return .refuse }
    let given = waiting.remove(at: place)
    waiting.append(asking)
    return .waitInstead(of: given.ticket)
  }

  /// Somebody does not want to wait any longer.
  /// - Returns: whether they were waiting.
  mutating func leave(_ ticket: Ticket) -> Bool {
    guard let place = waiting.firstIndex(where: { $0.ticket == ticket }) else { return false }
    let left = waiting.remove(at: place)
    forget(left.client)
    return true
  }

  /// A request has ended.
  /// - Returns: who may go now.
  mutating func finish(isProven: Bool) -> Ticket? {
    running -= 1
    if !isProven { unprovenRunning -= 1 }
    guard let place = nextPlace() else { return nil }
    let next = waiting.remove(at: place)
    start(next)
    lastTurn += 1
    turns[next.client] = lastTurn
    forget(next.client)
    return next.ticket
  }

  private func hasPlace(for isProven: Bool) -> Bool {
    running < places && (isProven || unprovenRunning < places - keptPlaces)
  }

  private mutating func start(_ asking: Waiting) {
    running += 1
    if !asking.isProven { unprovenRunning += 1 }
  }

  private func nextPlace() -> Int? {
    for isProven in [true, false] where hasPlace(for: isProven) {
      let candidates = waiting.indices.filter { waiting[$0].isProven == isProven }
      let first = candidates.min { turns[waiting[$0].client] ?? 0 < turns[waiting[$1].client] ?? 0 }
      if let first { return first }
    }
    return nil
  }

  /// The last one of whoever has most waiting; nil if that is the one who asks.
  private func placeToGiveUp(for asking: Waiting) -> Int? {
    let isUnprovenWaiting = waiting.contains { !$0.isProven }
    if asking.isProven || isUnprovenWaiting {
      return lastOfMost(where: { $0.isProven != isUnprovenWaiting }, besides: asking)
    }
    return nil
  }

  private func lastOfMost(where isOfKind: (Waiting) -> Bool, besides asking: Waiting) -> Int? {
    var counts: [ClientKey.Address: Int] = [:]
    for other in waiting where isOfKind(other) { counts[other.client, default: 0] += 1 }
    guard let most = counts.values.max() else { return nil }
    if isOfKind(asking), counts[asking.client, default: 0] + 1 >= most { return nil }
    return waiting.lastIndex { isOfKind($0) && counts[$0.client] == most }
  }

  /// Turns are remembered of those alone who wait.
  private mutating func forget(_ client: ClientKey.Address) {
    if !waiting.contains(where: { $0.client == client }) { turns[client] = nil }
  }
}
