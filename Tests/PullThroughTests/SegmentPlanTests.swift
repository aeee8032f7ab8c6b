import SeededRandom
import Testing

@testable import PullThrough

/// Who fetches which bytes of a blob: each byte once.
@Suite struct SegmentPlanTests {
  var plan = SegmentPlan(maxSegments: 3, aheadDistance: 10)

  @Test mutating func theFirstSegmentTakesEverything() {
    #expect(plan.claimNext() == .init(segment: 1, range: 0..<Int64.max))
    plan.tell(totalBytes: 100)
    #expect(plan.claimNext() == nil)
    #expect(plan.accept(100, for: 1) == 100)
    #expect(plan.hasReachedLimit(1))
    plan.wrote(0..<100)
    plan.end(1)
    #expect(plan.isComplete)
  }

  @Test mutating func aBreakLeavesAGapThatTheNextSegmentFills() {
    _ = plan.claimNext()
    plan.tell(totalBytes: 100)
    #expect(plan.accept(40, for: 1) == 40)
    plan.wrote(0..<40)
    plan.end(1)
    #expect(!plan.isComplete)
    #expect(plan.claimNext() == .init(segment: 2, range: 40..<100))
  }

  @Test mutating func bytesFarAheadSplitTheSegment() {
    _ = plan.claimNext()
    plan.tell(totalBytes: 100)
    #expect(plan.accept(20, for: 1) == 20)
    #expect(plan.demand(60) == .init(segment: 2, range: 60..<100))
    // The first segment's own bytes end where the second's begin.
    #expect(plan.accept(50, for: 1) == 40)
    #expect(plan.hasReachedLimit(1))
    #expect(plan.accept(1, for: 1) == 0)
    #expect(plan.accept(100, for: 2) == 40)
  }

  @Test mutating func bytesThatWillComeSoonAreWaitedFor() {
    _ = plan.claimNext()
    plan.tell(totalBytes: 100)
    _ = plan.accept(20, for: 1)
    #expect(plan.demand(20) == nil)
    #expect(plan.demand(30) == nil)
    #expect(plan.demand(31) != nil)
  }

  @Test mutating func bytesThatAreThereAreNotFetchedAgain() {
    _ = plan.claimNext()
    plan.tell(totalBytes: 100)
    plan.wrote(50..<60)
    #expect(plan.demand(50) == nil)
    #expect(plan.demand(40) == .init(segment: 2, range: 40..<50))
    plan.end(1)
    plan.end(2)
    #expect(plan.claimNext() == .init(segment: 3, range: 0..<50))
    #expect(plan.claimNext() == .init(segment: 4, range: 60..<100))
    #expect(plan.claimNext() == nil)
  }

  @Test mutating func aGapEndsWhereAnActiveSegmentIs() {
    _ = plan.claimNext()
    plan.tell(totalBytes: 100)
    _ = plan.demand(50)
    plan.end(1)
    #expect(plan.claimNext() == .init(segment: 3, range: 0..<50))
  }

  @Test mutating func segmentsAreLimitedInNumber() {
    _ = plan.claimNext()
    plan.tell(totalBytes: 1_000)
    #expect(plan.demand(200) != nil)
    #expect(plan.demand(400) != nil)
    #expect(plan.demand(600) == nil)
    plan.end(2)
    #expect(plan.demand(600) != nil)
  }

  @Test mutating func nothingIsFetchedAheadFromAnUpstreamWithoutRanges() {
    _ = plan.claimNext()
    plan.tell(totalBytes: 1_000)
    plan.refusesRanges()
    #expect(plan.demand(500) == nil)
  }

  @Test mutating func anUnknownLengthAllowsNoGuessAhead() {
    _ = plan.claimNext()
    #expect(plan.demand(500) == nil)
    #expect(!plan.isComplete)
  }

  @Test func everyByteIsFetchedOnceWhateverClientsWant() {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var plan = SegmentPlan(maxSegments: 4, aheadDistance: 8)
      let total = Int64.random(in: 1..<300, using: &random)
      var fetched = [Int](repeating: 0, count: Int(total))
      var running: [SegmentPlan.Claim] = []
      var positions: [Int: Int64] = [:]
      plan.tell(totalBytes: total)
      for _ in 0..<10_000 where !plan.isComplete {
        if running.isEmpty || Int.random(in: 0..<10, using: &random) == 0, let claim = plan.claimNext() {
          running.append(claim)
          positions[claim.segment] = claim.range.lowerBound
        }
        if Int.random(in: 0..<5, using: &random) == 0,
          let claim = plan.demand(Int64.random(in: 0..<total, using: &random))
        {
          running.append(claim)
          positions[claim.segment] = claim.range.lowerBound
        }
        guard let index = running.indices.randomElement(using: &random) else { continue }
        let segment = running[index].segment
        let start = positions[segment] ?? 0
        let accepted = plan.accept(Int.random(in: 1..<20, using: &random), for: segment)
        for offset in start..<(start + Int64(accepted)) { fetched[Int(offset)] += 1 }
        plan.wrote(start..<(start + Int64(accepted)))
        positions[segment] = start + Int64(accepted)
        if plan.hasReachedLimit(segment) || Int.random(in: 0..<20, using: &random) == 0 {
          plan.end(segment)
          running.remove(at: index)
        }
      }
      #expect(plan.isComplete, "seed \(seed)")
      #expect(fetched.allSatisfy { $0 == 1 }, "seed \(seed)")
    }
  }

  // MARK: Small parts

  @Test mutating func aSmallPartIsBroughtBesideTheStream() {
    var plan = SegmentPlan(maxSegments: 1, maxExtras: 2, aheadDistance: 10)
    _ = plan.claimNext()
    plan.tell(totalBytes: 10_000_000)
    #expect(plan.demand(5_000_000, partEnd: 5_000_100) == .init(segment: 2, range: 5_000_000..<5_032_768))
    #expect(plan.demand(5_000_200, partEnd: 5_000_300) == nil, "it comes with that")
    #expect(plan.demand(6_000_000, partEnd: 6_100_000) == .init(segment: 3, range: 6_000_000..<6_100_000))
    #expect(plan.demand(7_000_000, partEnd: 7_000_100) == nil, "as many as may be")
    plan.end(2)
    #expect(plan.demand(9_999_990, partEnd: 10_000_000) == .init(segment: 4, range: 9_999_990..<10_000_000))
    #expect(plan.accept(10_000_000, for: 1) == 10_000_000, "the stream is whole")
  }

  @Test mutating func aLargePartSplitsTheStream() {
    var plan = SegmentPlan(maxSegments: 2, maxExtras: 2, aheadDistance: 10)
    _ = plan.claimNext()
    plan.tell(totalBytes: 10_000_000)
    #expect(plan.demand(5_000_000, partEnd: 9_000_000) == .init(segment: 2, range: 5_000_000..<10_000_000))
    #expect(plan.accept(9_000_000, for: 1) == 5_000_000)
  }

  @Test mutating func aPartThatIsWantedFirstIsAskedForFirst() {
    var plan = SegmentPlan(maxSegments: 1, maxExtras: 2, aheadDistance: 10)
    #expect(plan.claimFirst(0..<5) == nil, "the stream begins with it")
    #expect(plan.claimFirst(90..<100) == .init(segment: 1, range: 90..<100))
    #expect(plan.claimFirst(50..<60) == nil)
    plan.tell(totalBytes: 100)
    #expect(plan.claimNext() == .init(segment: 2, range: 0..<100))
    #expect(plan.accept(20, for: 1) == 10)
  }

  @Test mutating func aSmallPartNeedNoStreamToComeAlong() {
    var plan = SegmentPlan(maxSegments: 1, maxExtras: 2, aheadDistance: 10)
    _ = plan.claimFirst(9_000_000..<9_000_100)
    plan.tell(totalBytes: 10_000_000)
    #expect(plan.demand(5_000_000, partEnd: 5_000_100) == .init(segment: 2, range: 5_000_000..<5_032_768))
    #expect(plan.demand(1_000_000) == nil)
  }

  @Test mutating func whatIsOnItsWayToTheFileIsNotAskedForAgain() {
    var plan = SegmentPlan(maxSegments: 1, maxExtras: 2, aheadDistance: 10)
    _ = plan.claimNext()
    plan.tell(totalBytes: 1_000)
    #expect(plan.accept(1_000, for: 1) == 1_000)
    #expect(plan.demand(500) == nil)
    #expect(plan.demand(500, partEnd: 510) == nil)
    #expect(plan.acceptedBytes == 1_000)
  }
}
