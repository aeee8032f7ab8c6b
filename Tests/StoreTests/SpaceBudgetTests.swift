import OCI
import Testing

@testable import Store

@Suite struct SpaceLimitsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var capacity = StoreCapacity()
    var fileSystemBytes: Int64 = 1_000_000
    let expected: (capacity: Int64, high: Int64, low: Int64, keepFree: Int64)

    init(
      _ description: String,
      on fileSystemBytes: Int64 = 1_000_000,
      _ expected: (Int64, Int64, Int64, Int64),
      _ change: (inout StoreCapacity) -> Void
    ) {
      testDescription = description
      self.fileSystemBytes = fileSystemBytes
      self.expected = expected
      change(&capacity)
    }
  }

  @Test(arguments: [
    Case("bytes", (10_000, 9_500, 9_000, 100_000)) { $0.bound = .bytes(10_000) },
    Case("a share", (200_000, 190_000, 180_000, 100_000)) { $0.bound = .share(0.2) },
    Case("all of it", (1_000_000, 950_000, 900_000, 100_000)) { $0.bound = .share(1) },
    Case("more than all of it", (1_000_000, 950_000, 900_000, 100_000)) { $0.bound = .share(7) },
    Case("nothing", (0, 0, 0, 100_000)) { $0.bound = .share(0) },
    Case("less than nothing", (0, 0, 0, 100_000)) { $0.bound = .bytes(-5) },
    Case("marks of its own", (10_000, 8_000, 2_000, 100_000)) { capacity in
      capacity.bound = .bytes(10_000)
      capacity.highWater = 0.8
      capacity.lowWater = 0.2
    },
    Case("marks that cross", (10_000, 5_000, 5_000, 100_000)) { capacity in
      capacity.bound = .bytes(10_000)
      capacity.highWater = 0.5
      capacity.lowWater = 0.9
    },
    Case("room kept free", (10_000, 9_500, 9_000, 7)) { capacity in
      capacity.bound = .bytes(10_000)
      capacity.keepFree = .bytes(7)
    },
    Case("a share kept free", (10_000, 9_500, 9_000, 200_000)) { capacity in
      capacity.bound = .bytes(10_000)
      capacity.keepFree = .share(0.2)
    },
    Case("a large file system", on: 1 << 40, (10_000, 9_500, 9_000, 10 << 30)) { $0.bound = .bytes(10_000) },
  ]) func capacityIsResolved(_ test: Case) {
    let budget = SpaceLimits(test.capacity, fileSystemBytes: test.fileSystemBytes)
    #expect((budget.capacity, budget.highWater, budget.lowWater, budget.keepFree) == test.expected)
  }

  @Test func noBoundIsTheLargestNumber() {
    let budget = SpaceLimits(StoreCapacity(), fileSystemBytes: 1 << 40)
    #expect(budget.capacity == .max)
    #expect(budget.highWater > 1 << 62)
    #expect(budget.lowWater <= budget.highWater)
  }
}

@Suite struct RoomTests {
  private func room(held: Int64 = 0, capacity: Int64 = 100) -> SpaceBudget {
    var options = StoreCapacity()
    options.bound = .bytes(capacity)
    options.highWater = 0.9
    options.lowWater = 0.8
    var space = SpaceBudget(SpaceLimits(options, fileSystemBytes: 1 << 40))
    space.held = StoreTotals(bytes: held, count: 1)
    return space
  }

  @Test func whatIsInFlightCounts() {
    var space = room(held: 50)
    #expect(space.reserve(30) == .granted)
    #expect(space.reserve(30) == .short(10))
    #expect(space.reserve(20) == .granted)
    #expect(space.reserve(1) == .short(1))
    space.release(30)
    #expect(space.reserve(30) == .granted)
    #expect(space.reserved == 50)
  }

  @Test(
    arguments: [
      (0, 0), (1 << 20, 0), ((1 << 20) + 30, 30), ((1 << 20) + 70, 50), (.max, 50),
    ] as [(Int64, Int64)]
  )
  func theIndexCountsBeyondItsFirstMebibyteAndUpToHalf(indexBytes: Int64, counted: Int64) {
    var space = room(held: 40)
    space.indexBytes = indexBytes
    #expect(space.countedIndexBytes == counted)
    #expect(space.available == 50 - counted)
    #expect(space.reserve(60) == (counted == 0 ? .granted : .short(counted)))
  }

  @Test func whatIsSpareEndsWhereEvictionBegins() {
    var space = room(held: 50)
    #expect(space.reserve(30) == .granted)
    #expect(space.available == 10)
    #expect(space.reserve(20) == .granted)
    #expect(space.available == -10)
    #expect(space.excess == 20)
  }

  @Test func whatAnEmptyStoreCouldNotHoldIsTooLarge() {
    var space = room(held: 50)
    #expect(space.reserve(101) == .tooLarge)
    #expect(space.reserve(100) == .short(50))
    #expect(space.reserve(50, already: 51) == .tooLarge)
    #expect(space.reserve(.max, already: .max) == .tooLarge)
  }

  @Test func withoutABoundEverythingFits() {
    var space = SpaceBudget(SpaceLimits(StoreCapacity(), fileSystemBytes: 1 << 40))
    space.held = StoreTotals(bytes: 1 << 60, count: 1)
    #expect(space.reserve(1 << 60) == .granted)
    #expect(space.excess == 0)
  }

  @Test func releasingTooMuchLeavesNothingReserved() {
    var space = room()
    #expect(space.reserve(10) == .granted)
    space.release(50)
    #expect(space.reserved == 0)
  }

  @Test(arguments: [(0, 0), (80, 0), (90, 0), (91, 11), (100, 20), (150, 70)] as [(Int64, Int64)])
  func evictionBeginsAboveTheHighMarkAndEndsAtTheLow(held: Int64, excess: Int64) {
    #expect(room(held: held).excess == excess)
  }

  @Test func reservedBytesPushOverTheMarkToo() {
    var space = room(held: 60)
    #expect(space.reserve(35) == .granted)
    #expect(space.excess == 15)
  }
}

@Suite struct LRUEvictionTests {
  private func record(_ size: Int64, lastAccess: Int64 = 10) -> ContentRecord {
    ContentRecord(size: size, lastAccess: lastAccess)
  }

  @Test func theOldestGoUntilEnoughIsFreed() {
    var eviction = LRUEviction(needed: 10)
    #expect(eviction.judge(record(4), accessedAt: nil, isArriving: false) == .evict)
    #expect(!eviction.isDone)
    #expect(eviction.judge(record(7), accessedAt: nil, isArriving: false) == .evict)
    #expect(eviction.isDone)
    #expect(eviction.evicted == StoreTotals(bytes: 11, count: 2))
  }

  @Test func whatWasAccessedJustNowMovesInstead() {
    var eviction = LRUEviction(needed: 10)
    #expect(eviction.judge(record(4), accessedAt: 11, isArriving: false) == .touch(11))
    #expect(eviction.judge(record(4), accessedAt: 10, isArriving: false) == .evict)
    #expect(eviction.evicted == StoreTotals(bytes: 4, count: 1))
  }

  @Test func whatIsArrivingStays() {
    var eviction = LRUEviction(needed: 10)
    #expect(eviction.judge(record(4), accessedAt: 99, isArriving: true) == .spare)
    #expect(eviction.evicted == StoreTotals())
  }

  @Test func nothingNeededIsDone() {
    #expect(LRUEviction(needed: 0).isDone)
    #expect(LRUEviction(needed: -5).isDone)
  }
}
