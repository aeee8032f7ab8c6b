import Testing

@testable import PullThrough

/// Which requests several parts of one blob become.
@Suite struct FollowerPartsTests {
  @Test(
    arguments: [
      ("none", [], []),
      ("far apart", [0..<10, 1_000..<1_010], [0..<10, 1_000..<1_010]),
      ("close to each other", [0..<10, 110..<120], [0..<120]),
      ("just too far", [0..<10, 111..<120], [0..<10, 111..<120]),
      ("overlapping, in any order", [50..<90, 0..<60], [0..<90]),
      ("one within another", [0..<500, 100..<200], [0..<500]),
      ("empty ones", [7..<7, 0..<10], [0..<10]),
      ("at the largest number", [(.max - 20)..<(.max - 10), (.max - 5)..<(.max)], [(.max - 20)..<(.max)]),
    ] as [(String, [Range<Int64>], [Range<Int64>])]
  )
  func joining(name: String, parts: [Range<Int64>], requests: [Range<Int64>]) {
    #expect(Follower.joined(parts, gap: 100) == requests)
  }

  @Test func whatIsLargeStaysApart() {
    let size = SegmentPlan.maxExtraBytes
    #expect(Follower.joined([0..<size, size..<(size + 1)]).count == 2)
  }
}
