import OCI
import SeededRandom
import Testing

@Suite struct RetryAfterTests {
  static let now: Int64 = 784_111_777
  static let ceiling = Limits().maxRetryAfter

  static let values: [(String, Duration)] = [
    ("0", Duration.zero), ("120", .seconds(120)), (" 5 ", .seconds(5)),
    ("99999", ceiling), ("99999999999999999999999", ceiling),
    ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)),
    ("Sun, 06 Nov 1994 08:49:00 GMT", .zero),
    ("Sunday, 06-Nov-94 08:50:37 GMT", .seconds(60)),
    ("Sun Nov  6 08:50:37 1994", .seconds(60)),
    ("Fri, 31 Dec 9999 23:59:59 GMT", ceiling),
    // ghcr.io, as seen.
    ("880.092µs", .nanoseconds(880_092)),
    ("880.092μs", .nanoseconds(880_092)), ("1.5s", .milliseconds(1_500)), ("3m", .seconds(180)),
    ("1h2m3s", .seconds(3_723)),
    ("250ms", .milliseconds(250)), ("7us", .microseconds(7)), ("9ns", .nanoseconds(9)), ("999999999h", ceiling),
    ("99999999999999999999999h99999999999999999999999h", ceiling),
  ]

  @Test(arguments: values)
  func reads(_ value: String, _ expected: Duration) {
    #expect(RetryAfter.parse(value, now: Self.now, ceiling: Self.ceiling) == expected)
  }

  @Test(arguments: [
    "", "-1", "+1", "soon", "1.5", "1x", "s", "1s2", "1..5s", "-1s", "1e9s", "infs", "nans", "Sun, 06 Nov 1994",
    "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 PST",
    "Sun, 06 Nov 1894 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 19944444 08:49:37 GMT",
    "Sun, 06 Nov 1994 8:49:37 GMT", "٣", "\0", String(repeating: "1s", count: 100),
  ])
  func refuses(_ value: String) {
    #expect(RetryAfter.parse(value, now: Self.now, ceiling: Self.ceiling) == nil)
  }

  @Test(arguments: [Int64.min, -1, 0, .max])
  func survivesAnyClock(_ now: Int64) throws {
    let wait = try #require(RetryAfter.parse("Sun, 06 Nov 1994 08:49:37 GMT", now: now, ceiling: Self.ceiling))
    #expect(wait >= .zero && wait <= Self.ceiling)
  }
}

@Suite struct HTTPDateTests {
  static let dates: [(Int64, String)] = [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
    (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
  ]

  @Test(arguments: dates)
  func writesAndReads(_ seconds: Int64, _ text: String) {
    #expect(HTTPDate.format(seconds) == text)
    #expect(HTTPDate.parse(text) == seconds)
  }

  @Test func survivesAnyTime() {
    #expect(HTTPDate.format(.min) == HTTPDate.format(0))
    #expect(HTTPDate.format(.max) == "Fri, 31 Dec 9999 23:59:59 GMT")
  }

  @Test func readsBackWhatItWrites() {
    var generator = SeededGenerator.announced()
    for _ in 0..<2_000 {
      let seconds = Int64.random(in: 0...253_402_300_799, using: &generator)
      #expect(HTTPDate.parse(HTTPDate.format(seconds)) == seconds)
    }
  }

  @Test func twoDigitsOfAYear() {
    #expect(HTTPDate.parse("Sunday, 06-Nov-94 08:49:37 GMT") == 784_111_777)
    #expect(HTTPDate.parse("Friday, 06-Nov-26 08:49:37 GMT").map(HTTPDate.format) == "Fri, 06 Nov 2026 08:49:37 GMT")
  }
}
