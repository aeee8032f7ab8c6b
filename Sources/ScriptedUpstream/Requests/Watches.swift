/// Those who wait for requests to come.
struct Watches: Sendable {
  private struct Watch {
    var filter: RequestFilter
    var wanted: Int
    var seen: Set<Int>
    var continuation: CheckedContinuation<Int, Never>
  }

  private var watches: [Int: Watch] = [:]
  private var nextID = 1

  /// What a watch ends with: call it when no lock is held.
  typealias Ending = @Sendable () -> Void

  /// Starts to wait for `wanted` requests that match, those in `records` included. An ending at once, or the watch's
  /// id.
  mutating func add(
    _ filter: RequestFilter,
    wanted: Int,
    records: [RequestRecord],
    _ continuation: CheckedContinuation<Int, Never>
  ) -> (id: Int, ending: Ending?) {
    let seen = Set(records.lazy.filter(filter.matches).map(\.id))
    let id = nextID
    nextID += 1
    guard seen.count < wanted else {
      let count = seen.count
      return (id, { continuation.resume(returning: count) })
    }
    watches[id] = Watch(filter: filter, wanted: wanted, seen: seen, continuation: continuation)
    return (id, nil)
  }

  /// Looks at a request that has just come or changed; the endings of the watches that it completes.
  mutating func note(_ record: RequestRecord?) -> [Ending] {
    guard !watches.isEmpty, let record else { return [] }
    var endings: [Ending] = []
    for (id, watch) in watches where watch.filter.matches(record) {
      watches[id]?.seen.insert(record.id)
      if let count = watches[id]?.seen.count, count >= watch.wanted { endings += end(id) }
    }
    return endings
  }

  /// Ends a watch with what it has seen; nothing if it has ended already.
  mutating func end(_ id: Int) -> [Ending] {
    guard let watch = watches.removeValue(forKey: id) else { return [] }
    return [{ watch.continuation.resume(returning: watch.seen.count) }]
  }

  /// Makes every watch begin again, with the log.
  mutating func reset() {
    for id in watches.keys { watches[id]?.seen = [] }
  }
}
