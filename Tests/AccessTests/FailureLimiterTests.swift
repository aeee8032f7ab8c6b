import Testing

@testable import Access

@Suite struct FailureLimiterTests {
  @Test func onlyWhoGuessesWaits() {
    var limiter = FailureLimiter()
    for _ in 0..<10 { limiter.failed(network: "192.0.2.1", user: "ann", at: 0) }
    #expect(limiter.wait(network: "192.0.2.1", user: "ann", at: 0) == 6)
    #expect(limiter.wait(network: "192.0.2.1", user: "bob", at: 0) == nil)
    #expect(limiter.wait(network: "192.0.2.2", user: "ann", at: 0) == nil)
  }

  @Test func oneMoreTryEachSixSeconds() throws {
    var limiter = FailureLimiter()
    for _ in 0..<30 { limiter.failed(network: "n", user: "ann", at: 0) }
    #expect(try abs(#require(limiter.wait(network: "n", user: "ann", at: 5)) - 1) < 0.001)
    #expect(limiter.wait(network: "n", user: "ann", at: 6) == nil)
    limiter.failed(network: "n", user: "ann", at: 6)
    #expect(limiter.wait(network: "n", user: "ann", at: 6) == 6)
    #expect(limiter.wait(network: "n", user: "ann", at: 100_000) == nil)
  }

  @Test func manyNamesFromOneNetworkCountTogether() {
    var limiter = FailureLimiter()
    for number in 0..<50 { limiter.failed(network: "n", user: "user \(number)", at: 0) }
    #expect(limiter.wait(network: "n", user: "another", at: 0) != nil)
    #expect(limiter.wait(network: "m", user: "another", at: 0) == nil)
  }

  @Test func aClockThatGoesBackForgivesNothing() {
    var limiter = FailureLimiter()
    for _ in 0..<10 { limiter.failed(network: "n", user: "ann", at: 1_000) }
    #expect(limiter.wait(network: "n", user: "ann", at: 0) != nil)
  }

  @Test func memoryIsBounded() {
    var settings = FailureLimiter.Settings()
    settings.maxBuckets = 100
    var limiter = FailureLimiter(settings)
    for _ in 0..<10 { limiter.failed(network: "n", user: "ann", at: 0) }
    for number in 0..<10_000 { limiter.failed(network: "network \(number)", user: "x", at: 0) }
    #expect(limiter.count <= 100)
    #expect(limiter.wait(network: "n", user: "ann", at: 0) != nil, "the fullest stay")
  }
}
