import BlockingIO
import Memory
import OCI

/// How lists are kept ready to be sent.
struct ListLimits: Sendable {
  /// Tag lists kept in memory, in bytes; of the memory budget.
  var tagListBytes = 32 << 20
  /// Lists of referrers kept in memory, in bytes; of the memory budget.
  var referrersBytes = 16 << 20
  /// What a list is taken to need while it is fetched and read, in bytes; of the memory budget.
  var fetchedListBytes = 4 << 20
  /// Most lists of each kind.
  var maxLists = 1_000
  /// With fewer entries a list is written where it is asked for, not on a lane.
  var fewEntries = 200
}

/// Writes lists as they are sent, on a lane where they are long.
struct ListRenderer: Sendable {
  let room: MemoryRoom
  let lanes: LanePool
  let limits: ListLimits

  /// A list of tags.
  func render(_ tags: [Tag]) async throws(PullThroughError) -> RenderedTags {
    let memory = room.budget
    return try await rendering(tags.count) { () throws(MemoryUsedUp) in try RenderedTags(tags, memory: memory) }
  }

  /// A list of referrers.
  func render(_ referrers: [Referrer]) async throws(PullThroughError) -> RenderedReferrers {
    let memory = room.budget
    return try await rendering(referrers.count) { () throws(MemoryUsedUp) in
      try RenderedReferrers(referrers, memory: memory)
    }
  }

  private func rendering<List: Sendable>(
    _ count: Int,
    _ render: @escaping @Sendable () throws(MemoryUsedUp) -> List
  ) async throws(PullThroughError) -> List {
    try await room.making { () async throws(MemoryUsedUp) in
      count < limits.fewEntries ? try render() : try await lanes.run(render)
    }
  }
}
