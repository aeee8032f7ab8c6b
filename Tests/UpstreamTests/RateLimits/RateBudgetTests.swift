import Testing

@testable import Upstream

@Suite("What an account may still ask")
struct RateBudgetTests {
  private let start = ContinuousClock.now
  private var budget = RateBudget(
    pauses: RateBudget.Pauses(pulls: .seconds(60), first: .seconds(1), longest: .seconds(8), least: .milliseconds(100))
  )

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }
  private func left(_ remaining: Int64, window: Int64 = 21_600) -> RateLimitFields {
    RateLimitFields(limit: 100, remaining: remaining, window: .seconds(window))
  }
  private func pulls(_ seconds: Double) -> Duration? { budget.rest(for: .pull, now: at(seconds))?.duration }
  private func others(_ seconds: Double) -> Duration? { budget.rest(for: .other, now: at(seconds))?.duration }

  @Test("Nothing known, or something left: everything may be asked")
  mutating func free() {
    #expect(pulls(0) == nil && others(0) == nil)
    budget.answered(left(1), now: start)
    #expect(pulls(0) == nil && others(0) == nil)
  }

  @Test("Nothing left: no pull until the next look, while what is not counted goes on")
  mutating func usedUp() {
    budget.answered(left(0), now: start)
    #expect(pulls(0) == .seconds(60) && others(0) == nil)
    #expect(budget.rest(for: .pull, now: start)?.kind == .pulls)
    budget.answered(left(0), now: at(30))
    #expect(pulls(30) == .seconds(30), "the next look is not put off by every answer")
    #expect(pulls(60) == nil)
  }

  @Test(
    "Nothing left of what is counted over less than hours: until it is reset, and not at all if that is not said",
    arguments: [
      (nil, 1, 1), (nil, nil, nil), (1, nil, nil), (1, 1, 1), (60, 30, 8), (3_599, 5, 5), (nil, 0, nil),
    ] as [(Int64?, Int64?, Int64?)]
  )
  mutating func gateway(window: Int64?, reset: Int64?, rest: Int64?) {
    let fields = RateLimitFields(
      limit: 5,
      remaining: 0,
      window: window.map { .seconds($0) },
      reset: reset.map { .seconds($0) }
    )
    budget.answered(fields, now: start)
    #expect(pulls(0) == rest.map { .seconds($0) } && others(0) == rest.map { .seconds($0) })
    #expect(!budget.countsPulls && !budget.isShort(now: start) == (rest == nil))
    budget.answered(RateLimitFields(limit: 5, remaining: 4, window: nil), now: start)
    #expect(pulls(0) == nil)
  }

  @Test("An allowance of hours that is reset sooner than the usual pause")
  mutating func resetSoon() {
    budget.answered(
      RateLimitFields(limit: 100, remaining: 0, window: .seconds(21_600), reset: .seconds(5)),
      now: start
    )
    #expect(pulls(0) == .seconds(5) && others(0) == nil)
  }

  @Test("A HEAD tells that something is left again: the pause that was a guess ends")
  mutating func leftAgain() {
    _ = budget.refused(.pulls, .pull, retryAfter: nil, left(0), now: start)
    #expect(pulls(1) != nil)
    budget.answered(left(3), now: at(2))
    #expect(pulls(2) == nil)
  }

  @Test("A pause that the upstream has dictated does not")
  mutating func dictated() {
    _ = budget.refused(.pulls, .pull, retryAfter: .seconds(300), nil, now: start)
    budget.answered(left(3), now: at(2))
    #expect(pulls(2) == .seconds(298))
  }

  @Test("The limit of requests stops everything, for as long as it says")
  mutating func requests() {
    let rest = budget.refused(.requests, .other, retryAfter: .seconds(5), nil, now: start)
    #expect(rest == RateBudget.Rest(duration: .seconds(5), kind: .requests))
    #expect(pulls(0) == .seconds(5) && others(0) == .seconds(5))
    #expect(pulls(5) == nil && others(5) == nil)
  }

  @Test("Without a word how long, pauses double; an answer begins anew")
  mutating func unsaid() {
    var pauses = (0..<5).map { _ in budget.refused(.requests, .other, retryAfter: nil, nil, now: start).duration }
    #expect(pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(8)])
    budget.answered(nil, now: start)
    pauses = [budget.refused(.requests, .other, retryAfter: nil, nil, now: start).duration]
    #expect(pauses == [.seconds(1)])
  }

  @Test("“Retry after 0” and GHCR's microseconds are not taken at their word again and again")
  mutating func least() {
    let pauses = (0..<3).map { _ in budget.refused(.requests, .other, retryAfter: .zero, nil, now: start).duration }
    #expect(pauses == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
  }

  @Test("Below a fifth, what is left is for clients; a share of it comes back as the window slides")
  mutating func short() {
    budget.answered(left(20), now: start)
    #expect(!budget.isShort(now: start))
    budget.answered(left(10), now: start)
    #expect(budget.isShort(now: start))
    #expect(budget.isShort(now: at(2_000)))
    #expect(!budget.isShort(now: at(2_200)), "ten of a hundred come back in a tenth of the window")
  }

  @Test("An upstream without a limit is never short of it")
  mutating func unlimited() {
    budget.answered(nil, now: start)
    budget.answered(RateLimitFields(limit: nil, remaining: 3, window: nil), now: start)
    #expect(!budget.isShort(now: start))
  }

  @Test(
    "Pulls are counted where a limit is told over an hour or more",
    arguments: [
      (Int64?.none, Int?.none, false), (100, nil, false), (nil, 21_600, false), (100, 60, false), (100, 3_600, true),
      (100, 21_600, true),
    ]
  )
  mutating func countsPulls(limit: Int64?, window: Int?, counts: Bool) {
    #expect(!budget.countsPulls)
    budget.answered(RateLimitFields(limit: limit, remaining: 7, window: window.map { .seconds($0) }), now: start)
    #expect(budget.countsPulls == counts)
  }

  @Test("What is left grows back as the window slides, up to the limit")
  mutating func leftGrowsBack() {
    #expect(budget.left(now: start) == nil)
    budget.answered(left(10, window: 100), now: start)
    #expect(budget.left(now: start) == 10)
    #expect(budget.left(now: at(50)) == 60)
    #expect(budget.left(now: at(1_000)) == 100)
  }

  @Test("A HEAD is refused without a word: that nothing is left says which limit it is, and blobs go on")
  mutating func refusedLook() {
    let rest = budget.refused(.requests, .look, retryAfter: nil, left(0), now: start)
    #expect(rest == RateBudget.Rest(duration: .seconds(60), kind: .pulls))
    #expect(budget.rest(for: .look, now: at(59))?.kind == .pulls && pulls(59) != nil && others(0) == nil)
    #expect(budget.rest(for: .look, now: at(60)) == nil)
    budget.answered(left(1), now: at(61))
    _ = budget.refused(.requests, .look, retryAfter: nil, left(1), now: at(62))
    #expect(others(62) != nil, "with something left it was the other limit")
  }
}
