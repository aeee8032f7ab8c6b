import Testing

@testable import PullThrough

/// How much of the store content gets as it arrives.
@Suite struct RoomPlanTests {
  private static let (mib, gib): (Int64, Int64) = (1 << 20, 1 << 30)
  private let plan = RoomPlan(capacity: 10 * gib, share: 0.5)

  @Test(
    arguments: [
      ("a promise makes no room", 0, 0, 4 * gib, .enough),
      ("the first byte makes little", 1, 0, 4 * gib, .reserve(upTo: mib + 1)),
      ("no more than the whole", 1, 0, 5_000, .reserve(upTo: 5_000)),
      ("what has room needs none", mib, mib + 1, 4 * gib, .enough),
      ("as much again as has come", 3 * mib, 2 * mib, 4 * gib, .reserve(upTo: 6 * mib)),
      ("within bounds", gib, gib - 1, 4 * gib, .reserve(upTo: gib + 16 * mib)),
      ("of unknown length likewise", 1, 0, nil, .reserve(upTo: mib + 1)),
      ("more than was promised has room for what came", 6_000, 5_000, 5_000, .reserve(upTo: 6_000)),
      ("too long from the beginning", 0, 0, 5 * gib + 1, .tooLarge),
      ("too long as it arrives", 5 * gib + 1, 5 * gib, nil, .tooLarge),
      ("up to its share", 5 * gib, 4 * gib, nil, .reserve(upTo: 5 * gib)),
      ("the largest number", 0, 0, .max, .tooLarge),
    ] as [(String, Int64, Int64, Int64?, RoomPlan.Step)]
  )
  func steps(name: String, received: Int64, reserved: Int64, total: Int64?, step: RoomPlan.Step) {
    #expect(plan.step(received: received, reserved: reserved, total: total) == step)
  }

  @Test func aStoreWithoutBoundTakesAll() {
    let plan = RoomPlan(capacity: nil, share: 0.5)
    #expect(plan.step(received: 0, reserved: 0, total: .max) == .enough)
    #expect(plan.step(received: .max, reserved: 0, total: nil) == .reserve(upTo: .max))
  }

  @Test func aShareOfALargeCapacityIsExact() {
    #expect(RoomPlan(capacity: .max, share: 0.5).largest == Int64.max / 1_000 * 500 + Int64.max % 1_000 / 2)
    #expect(RoomPlan(capacity: 80_000, share: 0.5).largest == 40_000)
  }
}
