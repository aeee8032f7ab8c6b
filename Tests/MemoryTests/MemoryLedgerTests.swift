import Memory
import Testing

@Suite struct MemoryLedgerTests {
  enum Step {
    case take(Int, granted: Bool)
    case giveBack(Int)
  }

  /// Of a budget of 100 bytes: what is taken afterwards, the most that was, and how often there was not enough.
  static let stories: [(steps: [Step], used: Int, peak: Int, refusals: UInt64)] = [
    ([], 0, 0, 0),
    ([.take(100, granted: true)], 100, 100, 0),
    ([.take(101, granted: false)], 0, 0, 1),
    ([.take(60, granted: true), .take(41, granted: false), .take(40, granted: true)], 100, 100, 1),
    ([.take(60, granted: true), .giveBack(60), .take(100, granted: true), .giveBack(30)], 70, 100, 0),
    ([.take(.max, granted: false), .take(-5, granted: true), .giveBack(.max)], 0, 0, 1),
    ([.take(10, granted: true), .giveBack(.min)], 10, 10, 0),
  ]

  @Test(arguments: stories)
  func neverHoldsMoreThanItsLimit(_ story: (steps: [Step], used: Int, peak: Int, refusals: UInt64)) {
    var ledger = MemoryLedger(limitBytes: 100)
    for step in story.steps {
      switch step {
      case .take(let bytes, let isGranted): #expect(ledger.take(bytes) == isGranted)
      case .giveBack(let bytes): ledger.giveBack(bytes)
      }
      #expect((0...100).contains(ledger.usedBytes))
    }
    #expect(ledger.usedBytes == story.used && ledger.peakBytes == story.peak && ledger.refusals == story.refusals)
  }
}

@Suite struct MemoryBudgetTests {
  private func budget(_ bytes: Int) -> MemoryBudget {
    var limits = MemoryLimits()
    limits.budgetBytes = bytes
    return MemoryBudget(limits: limits)
  }

  @Test func aReservationGivesBackWhenItIsLetGoOf() throws {
    let budget = budget(100)
    var first: MemoryReservation? = try budget.reserve(70)
    #expect(throws: MemoryUsedUp.self) { try budget.reserve(31) }
    #expect(first?.bytes == 70)
    first = nil
    #expect(budget.state.usedBytes == 0)
    let second = try budget.reserve(100)
    #expect(budget.state.usedBytes == second.bytes)
  }

  @Test func aReservationFollowsWhatItIsFor() throws {
    let budget = budget(100)
    let reservation = try budget.reserve(10)
    try reservation.grow(to: 90)
    try reservation.grow(to: 20)
    #expect(reservation.bytes == 90)
    #expect(throws: MemoryUsedUp.self) { try reservation.grow(to: 101) }
    #expect(budget.state.usedBytes == 90)
    reservation.shrink(to: 5)
    reservation.shrink(to: 50)
    #expect(budget.state.usedBytes == 5)
    reservation.shrink(to: -1)
    #expect(budget.state.usedBytes == 0)
  }
}
