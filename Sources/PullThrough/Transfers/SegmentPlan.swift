import OCI
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

  fileprivate struct Active {
    let start: Int64
    var position: Int64
    var limit: Int64
    /// It brings a small part before its turn, which another segment brings once more: that costs upstream less than a
    /// request more for what lies behind.
    var isExtra = false
  }

  /// Parts up to this size are brought by themselves, and once more in their turn.
  static let maxExtraBytes: Int64 = 1 << 20
  /// Least bytes that are asked for by themselves.
  static let leastExtraBytes: Int64 = 32 << 10

  /// What is in the file.
  private(set) var received = ReceivedRanges()
  /// The blob's length in bytes, once upstream has told it.
  private(set) var totalBytes: Int64?
  /// What the streams have accepted, whether it is in the file yet or not.
  private(set) var acceptedBytes: Int64 = 0
  private var active: [Segment: Active] = [:]
  private var nextSegment = 0
  private var takesRanges = true
  private let maxSegments: Int
  private let maxExtras: Int
  private let aheadDistance: Int64

  /// - Parameters:
  ///   - maxSegments: requests for one blob at once.
  ///   - maxExtras: requests for small parts of it at once, besides.
  ///   - aheadDistance: bytes before the wanted ones up to which it is worth waiting for a segment to come along.
  init(maxSegments: Int, maxExtras: Int = 0, aheadDistance: Int64) {
    self.maxSegments = max(1, maxSegments)
    self.maxExtras = maxExtras
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
      let others = active.values.filter { !$0.isExtra }
      for state in others.sorted(by: { $0.position < $1.position }) where state.limit > start {
        guard start < gap.upperBound else { break }
        if state.position > start { return claim(start..<min(state.position, gap.upperBound)) }
        start = state.limit
      }
      if start < gap.upperBound { return claim(start..<gap.upperBound) }
    }
    return nil
  }

  /// A client wants to begin with these bytes, before anything else has been asked for.
  mutating func claimFirst(_ part: Range<Int64>) -> Claim? {
    guard part.lowerBound > aheadDistance, active.isEmpty, received.total == 0 else { return nil }
    return claim(part, isExtra: true)
  }

  /// A client waits for the byte at `offset`: if no segment will come along soon, a new one is to fetch it now.
  /// - Parameter partEnd: where the part ends that the client wants; nil if it wants all that follows.
  mutating func demand(_ offset: Int64, partEnd: Int64? = nil) -> Claim? {
    guard takesRanges, let totalBytes, offset < totalBytes, received.contiguousEnd(from: offset) == offset,
      !active.values.contains(where: { $0.isExtra && $0.covers(offset) })
    else { return nil }
    let stream = active.first { !$0.value.isExtra && $0.value.covers(offset) }
    if let stream, offset - stream.value.position <= aheadDistance { return nil }
    // What has come is on its way to the file; and who wants all that follows waits for the stream.
    if stream == nil, partEnd == nil || active.values.contains(where: { $0.hasTaken(offset) }) { return nil }
    let limit = stream?.value.limit ?? totalBytes
    let end = min(limit, max(partEnd ?? .max, offset.saturatingSum(Self.leastExtraBytes)))
    if end - offset <= Self.maxExtraBytes, extraCount < maxExtras {
      return claim(received.gaps(in: offset..<end).first ?? offset..<end, isExtra: true)
    }
    // What no stream is on its way to comes in its turn.
    guard let stream, active.count - extraCount < maxSegments else { return nil }
    active[stream.key]?.limit = offset
    let wanted = received.gaps(in: offset..<limit).first ?? offset..<limit
    return claim(wanted)
  }

  private var extraCount: Int { active.values.count { $0.isExtra } }

  /// How many of `count` bytes that a segment has received are its own still, and not another's since a split.
  mutating func accept(_ count: Int, for segment: Segment) -> Int {
    guard let state = active[segment] else { return 0 }
    let wanted = min(Int64(count), max(0, state.limit - state.position))
    active[segment]?.position += wanted
    if !state.isExtra { acceptedBytes = acceptedBytes.saturatingSum(wanted) }
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

  private mutating func claim(_ range: Range<Int64>, isExtra: Bool = false) -> Claim {
    nextSegment += 1
    active[nextSegment] = Active(
      start: range.lowerBound,
      position: range.lowerBound,
      limit: range.upperBound,
      isExtra: isExtra
    )
    return Claim(segment: nextSegment, range: range)
  }
}

extension SegmentPlan.Active {
  fileprivate func covers(_ offset: Int64) -> Bool { position <= offset && offset < limit }
  fileprivate func hasTaken(_ offset: Int64) -> Bool { start <= offset && offset < position }
}
