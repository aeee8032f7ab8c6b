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

extension PullThrough {
  /// Writes a list of tags, on a lane if it is long.
  func render(_ tags: [Tag]) async throws(PullThroughError) -> RenderedTags {
    try await rendering(tags.count) { [memory] () throws(MemoryUsedUp) in try RenderedTags(tags, memory: memory) }
  }

  /// Writes a list of referrers, on a lane if it is long.
  func render(_ referrers: [Referrer]) async throws(PullThroughError) -> RenderedReferrers {
    try await rendering(referrers.count) { [memory] () throws(MemoryUsedUp) in
      try RenderedReferrers(referrers, memory: memory)
    }
  }

  /// Room for bytes that somebody asks for; lists that are merely remembered give way.
  func reserveMemory(_ bytes: Int) throws(PullThroughError) -> MemoryReservation {
    while true {
      if let reservation = try? memory.reserve(bytes) { return reservation }
      guard tagLists.forgetOldest() || referrerLists.forgetOldest() else { throw .busy(.memory) }
    }
  }

  private func rendering<List: Sendable>(
    _ count: Int,
    _ render: @escaping @Sendable () throws(MemoryUsedUp) -> List
  ) async throws(PullThroughError) -> List {
    while true {
      do throws(MemoryUsedUp) {
        return count < listLimits.fewEntries ? try render() : try await lanes.run(render)
      } catch {
        guard tagLists.forgetOldest() || referrerLists.forgetOldest() else { throw .busy(.memory) }
      }
    }
  }
}
