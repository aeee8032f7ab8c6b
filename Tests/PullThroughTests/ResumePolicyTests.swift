import Testing

@testable import PullThrough

/// When a transfer that broke off is taken up again.
@Suite struct ResumePolicyTests {
  var policy = ResumePolicy(maxFruitlessAttempts: 3, firstPause: .milliseconds(100), longestPause: .milliseconds(300))

  @Test mutating func pausesDoubleUpToTheLongestAndThenItGivesUp() {
    #expect(policy.brokeOff(newBytes: 0, chance: 1) == .resume(after: .milliseconds(100)))
    #expect(policy.brokeOff(newBytes: 0, chance: 1) == .resume(after: .milliseconds(200)))
    #expect(policy.brokeOff(newBytes: 0, chance: 1) == .resume(after: .milliseconds(300)))
    #expect(policy.brokeOff(newBytes: 0, chance: 1) == .giveUp)
  }

  @Test mutating func newBytesStartTheCountAgain() {
    for _ in 0..<100 {
      #expect(policy.brokeOff(newBytes: 1, chance: 1) == .resume(after: .milliseconds(100)))
    }
  }

  @Test mutating func chanceSpreadsAPauseOverItsUpperHalf() {
    #expect(policy.brokeOff(newBytes: 1, chance: 0) == .resume(after: .milliseconds(50)))
    #expect(policy.brokeOff(newBytes: 1, chance: 0.5) == .resume(after: .milliseconds(75)))
  }
}
