import Store

/// Which bytes of a blob have arrived, which are being fetched by whom, and which nobody fetches yet. Pure.
///
/// The missing bytes are divided among *segments*, each one request to upstream that runs from a position to a limit. No
/// byte belongs to two segments, so that upstream sends each once. A client that wants bytes far ahead of all positions
/// splits a segment: its head stops where the wanted bytes begin, and a new one carries on from there.
struct SegmentPlan {
  typealias Segment = Int

  /// A piece that has been given to a segment to fetch.
  struct Claim: Equatable {
    var segment: Segment
    /// Ends at `Int64.max` while the blob's length is unknown.
    var range: Range<Int64>
  }

  private struct Active {
    var position: Int64
    var limit: Int64
  }

  /// What is in the file.
  private(set) var received = ReceivedRanges()
  /// The blob's length in bytes, once upstream has told it.
  private(set) var totalBytes: Int64?
  private var active: [Segment: Active] = [:]
  private var nextSegment = 0
  private var takesRanges = true
  private let maxSegments: Int
  private let aheadDistance: Int64

  /// - Parameters:
  ///   - maxSegments: requests for one blob at once.
  ///   - aheadDistance: bytes before the wanted ones up to which it is worth waiting for a segment to come along.
  init(maxSegments: Int, aheadDistance: Int64) {
    self.maxSegments = max(1, maxSegments)
    self.aheadDistance = aheadDistance
  }

  var activeCount: Int { active.count }

  /// Whether nothing is missing.
  var isComplete: Bool {
    guard let totalBytes else { return false }
    return received.contains(0..<totalBytes)
  }

  /// Upstream has told the length; segments that ran to nowhere end there.
  mutating func tell(totalBytes: Int64) {
    self.totalBytes = totalBytes
    for (segment, state) in active where state.limit > totalBytes { active[segment]?.limit = totalBytes }
  }

  /// Upstream has shown that it does not serve ranges: nothing is fetched ahead of its turn any more.
  mutating func refusesRanges() { takesRanges = false }

  /// Gives the first piece that is neither there nor being fetched to a new segment.
  mutating func claimNext() -> Claim? {
    let end = totalBytes ?? .max
    for gap in received.gaps(in: 0..<end) {
      var start = gap.lowerBound
      for state in active.values.sorted(by: { $0.position < $1.position }) where state.limit > start {
        guard start < gap.upperBound else { break }
        if state.position > start { return claim(start..<min(state.position, gap.upperBound)) }
        start = state.limit
      }
      if start < gap.upperBound { return claim(start..<gap.upperBound) }
    }
    return nil
  }

  /// A client waits for the byte at `offset`: if no segment will come along soon, a new one is to fetch it now.
  mutating func demand(_ offset: Int64) -> Claim? {
    guard takesRanges, let totalBytes, offset < totalBytes, active.count < maxSegments,
      received.contiguousEnd(from: offset) == offset,
      let (segment, state) = active.first(where: { $0.value.position <= offset && offset < $0.value.limit }),
      offset - state.position > aheadDistance
    else { return nil }
    active[segment]?.limit = offset
    let wanted = received.gaps(in: offset..<state.limit).first ?? offset..<state.limit
    return claim(wanted)
  }

  /// How many of `count` bytes that a segment has received are its own still, and not another's since a split.
  mutating func accept(_ count: Int, for segment: Segment) -> Int {
    guard let state = active[segment] else { return 0 }
    let wanted = min(Int64(count), max(0, state.limit - state.position))
    active[segment]?.position += wanted
    return Int(wanted)
  }

  /// Whether a segment has all that it was to fetch.
  func hasReachedLimit(_ segment: Segment) -> Bool {
    guard let state = active[segment] else { return true }
    return state.position >= state.limit
  }

  /// Bytes are in the file.
  mutating func wrote(_ range: Range<Int64>) { received.insert(range) }

  /// A segment has ended, for whatever reason. What it did not fetch belongs to nobody again.
  mutating func end(_ segment: Segment) { active[segment] = nil }

  private mutating func claim(_ range: Range<Int64>) -> Claim {
    nextSegment += 1
    active[nextSegment] = Active(position: range.lowerBound, limit: range.upperBound)
    return Claim(segment: nextSegment, range: range)
  }
}
