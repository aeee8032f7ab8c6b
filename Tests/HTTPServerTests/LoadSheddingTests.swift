import Testing

@testable import HTTPServer

@Suite struct LoadSheddingTests {
  /// Lags in milliseconds, one each tenth of a second, and whether what can wait is sent away after each.
  static let stories: [(story: String, lags: [Int], isShedding: [Bool])] = [
    ("calm", [0, 10, 99, 100], [false, false, false, false]),
    ("a single long turn", [500, 0, 0], [false, false, false]),
    (
      "a second of lag",
      Array(repeating: 101, count: 12),
      Array(repeating: false, count: 10) + [true, true]
    ),
    (
      "a pause begins anew",
      Array(repeating: 200, count: 9) + [100] + Array(repeating: 200, count: 11),
      Array(repeating: false, count: 20) + [true]
    ),
    (
      "over when it has been well for a second",
      Array(repeating: 200, count: 11) + [60, 49] + Array(repeating: 0, count: 10),
      Array(repeating: false, count: 10) + Array(repeating: true, count: 12) + [false]
    ),
    (
      "not over when it comes back",
      Array(repeating: 200, count: 11) + [0, 0, 50] + Array(repeating: 0, count: 10),
      Array(repeating: false, count: 10) + Array(repeating: true, count: 14)
    ),
  ]

  @Test(arguments: stories)
  func shedsAfterASecondOfLag(_ row: (story: String, lags: [Int], isShedding: [Bool])) {
    var shedding = LoadShedding()
    for (index, (lag, expected)) in zip(row.lags, row.isShedding).enumerated() {
      shedding.measured(.milliseconds(lag), at: .milliseconds(index * 100))
      #expect(shedding.isShedding == expected, "\(row.story), measurement \(index)")
    }
  }

  /// In milliseconds: since the last time, what the thread computed meanwhile, and the lag of its own doing.
  @Test(arguments: [
    (100, 5, 0), (103, 100, 3), (300, 250, 200), (300, 10, 10), (5_000, 0, 0), (90, 90, 0), (100, 0, 0),
  ])
  func onlyItsOwnWorkCounts(elapsed: Int, computed: Int, lag: Int) {
    let found = LoopLag.own(sinceLast: .milliseconds(elapsed), computed: .milliseconds(computed))
    #expect(found == .milliseconds(lag))
  }
}
