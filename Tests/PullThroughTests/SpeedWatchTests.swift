import Testing

@testable import PullThrough

/// When a transfer is slow: below 1,000 bytes a second over three seconds.
@Suite struct SpeedWatchTests {
  private let start = ContinuousClock.now

  private func verdicts(_ received: [Int64], from first: Int64 = 0) -> [Bool] {
    var watch = SpeedWatch(leastBytesPerSecond: 1_000, window: .seconds(3), from: start, received: first)
    return received.enumerated().map { second, bytes in
      watch.isSlow(received: bytes, at: start + .seconds(second + 1))
    }
  }

  @Test(
    arguments: [
      ("nothing comes", [0, 0, 0, 0], [false, false, true, true]),
      ("just enough", [1_000, 2_000, 3_000, 4_000], [false, false, false, false]),
      ("less than enough", [900, 1_800, 2_700, 3_600], [false, false, true, true]),
      ("much at once, then nothing", [90_000, 90_000, 90_000, 90_000], [false, false, false, true]),
      ("it recovers", [0, 0, 0, 9_000, 9_000], [false, false, true, false, false]),
    ] as [(String, [Int64], [Bool])]
  )
  func slowness(name: String, received: [Int64], expected: [Bool]) {
    #expect(verdicts(received) == expected)
  }

  @Test func whatHadComeBeforeDoesNotCount() {
    #expect(verdicts([50_000, 50_000, 50_000], from: 50_000) == [false, false, true])
  }
}
