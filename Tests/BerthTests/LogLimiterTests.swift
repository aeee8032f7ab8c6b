import Testing

@testable import berth

@Suite struct LogLimiterTests {
  @Test func aBurstIsWrittenAndThenSomeEachSecond() {
    var limiter = LogLimiter()
    let first = (0..<60).map { _ in limiter.admit("download failed", at: .seconds(1)) }
    #expect(first.prefix(50).allSatisfy { $0 == .write(suppressed: 0) })
    #expect(first.dropFirst(50).allSatisfy { $0 == .suppress })
    #expect(limiter.admit("another", at: .seconds(1)) == .write(suppressed: 0))
    let later = (0..<6).map { _ in limiter.admit("download failed", at: .seconds(2)) }
    #expect(later == [.write(suppressed: 10)] + Array(repeating: .write(suppressed: 0), count: 4) + [.suppress])
    #expect(limiter.admit("download failed", at: .seconds(3)) == .write(suppressed: 1))
  }

  @Test func aClockThatStandsOrGoesBackGivesNothing() {
    var limiter = LogLimiter()
    for _ in 0..<50 { _ = limiter.admit("x", at: .seconds(9)) }
    #expect(limiter.admit("x", at: .seconds(2)) == .suppress)
  }

  @Test func thereAreOnlySoManyKinds() {
    var limiter = LogLimiter()
    for number in 0..<LogLimiter.maxKinds { _ = limiter.admit("\(number)", at: .zero) }
    let more = (0..<100).map { limiter.admit("more \($0)", at: .zero) }
    #expect(more.filter { $0 == .suppress }.count == 50)
    #expect(limiter.admit("7", at: .zero) == .write(suppressed: 0))
  }
}

@Suite struct IdleMemoryTests {
  /// What is used and free, in MiB, at each look; and whether it is given back then.
  static let stories: [(story: String, samples: [(used: Int, free: Int, givesBack: Bool)])] = [
    ("little is free", [(20, 10, false), (20, 31, false), (20, 5, false)]),
    ("a peak is over", [(20, 5, false), (900, 5, false), (30, 880, false), (30, 880, true), (30, 2, false)]),
    ("busy", [(20, 100, false), (60, 60, false), (20, 100, false), (60, 60, false)]),
    (
      "what cannot be given back is not tried again",
      [(20, 100, false), (20, 100, true), (20, 90, false), (20, 90, false), (20, 121, false), (20, 122, true)]
    ),
  ]

  @Test(arguments: stories)
  func givesBackWhenAPeakIsOver(_ row: (story: String, samples: [(used: Int, free: Int, givesBack: Bool)])) {
    var idle = IdleMemory()
    for (index, sample) in row.samples.enumerated() {
      let givesBack = idle.sampled(usedBytes: sample.used << 20, freeBytes: sample.free << 20)
      #expect(givesBack == sample.givesBack, "\(row.story), look \(index)")
    }
  }
}
