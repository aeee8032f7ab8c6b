import Testing

@testable import Upstream

@Suite("Leaving an endpoint alone")
struct CircuitBreakerTests {
  private let start = ContinuousClock.now
  private var machine = CircuitBreaker.StateMachine(
    threshold: 3,
    firstPause: .seconds(2),
    longestPause: .seconds(5)
  )

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  /// Fails until it opens at second 0, for two seconds.
  private mutating func open() {
    for _ in 0..<2 { _ = machine.failed(isProbe: false, now: start, chance: 1) }
    let pause = machine.failed(isProbe: false, now: start, chance: 1)
    #expect(pause == .seconds(2))
  }

  @Test("It takes failures in a row: a success in between forgets them")
  mutating func closed() {
    for _ in 0..<2 {
      let first = machine.failed(isProbe: false, now: start, chance: 1)
      let second = machine.failed(isProbe: false, now: start, chance: 1)
      #expect(first == nil && second == nil)
      let wasLeftAlone = machine.succeeded()
      #expect(!wasLeftAlone)
    }
    let admission = machine.admit(now: start)
    #expect(admission == .ask(isProbe: false))
  }

  @Test("Then everybody is sent away at once until the pause is over; one probes, the others still are")
  mutating func opened() {
    open()
    let admissions = [machine.admit(now: at(0)), machine.admit(now: at(1.5)), machine.admit(now: at(2))]
    #expect(admissions == [.skip(.seconds(2)), .skip(.seconds(0.5)), .ask(isProbe: true)])
    let another = machine.admit(now: at(2))
    #expect(another == .skip(.seconds(2)))
  }

  @Test("How long it stays open can be told at any time")
  mutating func shown() {
    #expect(machine.openTime(now: start) == nil)
    open()
    #expect(machine.openTime(now: at(0.5)) == .seconds(1.5))
    #expect(machine.openTime(now: at(9)) == .zero)
    _ = machine.admit(now: at(9))
    #expect(machine.openTime(now: at(9)) == .zero)
    _ = machine.succeeded()
    #expect(machine.openTime(now: at(9)) == nil)
  }

  @Test("A probe that ends well opens the way for all")
  mutating func healed() {
    open()
    _ = machine.admit(now: at(2))
    let wasLeftAlone = machine.succeeded()
    #expect(wasLeftAlone)
    let admission = machine.admit(now: at(2))
    #expect(admission == .ask(isProbe: false))
    let pause = machine.failed(isProbe: false, now: at(2), chance: 1)
    #expect(pause == nil)
  }

  @Test("One that ends badly doubles the pause, up to the longest")
  mutating func doubled() {
    open()
    var pauses: [Duration?] = []
    for second in [2.0, 6, 11] {
      _ = machine.admit(now: at(second))
      pauses.append(machine.failed(isProbe: true, now: at(second), chance: 1))
    }
    #expect(pauses == [.seconds(4), .seconds(5), .seconds(5)])
  }

  @Test("What was under way when it opened changes nothing; but if it ends well, that is news")
  mutating func stragglers() {
    open()
    let straggler = machine.failed(isProbe: false, now: at(1), chance: 1)
    _ = machine.admit(now: at(2))
    let other = machine.failed(isProbe: false, now: at(2), chance: 1)
    #expect(straggler == nil && other == nil)
    let wasLeftAlone = machine.succeeded()
    #expect(wasLeftAlone)
  }

  @Test("A probe that was called off leaves its place to the next")
  mutating func calledOff() {
    open()
    _ = machine.admit(now: at(2))
    machine.withdrawn(isProbe: true, now: at(2))
    let admission = machine.admit(now: at(2))
    #expect(admission == .ask(isProbe: true))
  }

  @Test("Chance shortens the pause by up to a half, so that not all come back together")
  mutating func jitter() {
    for _ in 0..<2 { _ = machine.failed(isProbe: false, now: start, chance: 0) }
    let pause = machine.failed(isProbe: false, now: start, chance: 0)
    #expect(pause == .seconds(1))
  }

  @Test(
    "What speaks against a host, a thing, or a request alone",
    arguments: [
      (.unreachable(""), .host), (.tlsFailed(""), .host), (.timedOut(.connect), .host), (.timedOut(.tls), .host),
      (.timedOut(.firstByte), .thing), (.unanswered(""), .thing), (.failed(status: 502, message: nil), .thing),
      (.failed(status: 503, message: nil), .thing), (.failed(status: 500, message: nil), .request),
      (.absenceUnclear, .request), (.listTooLong(""), .request),
      (.notFound, .request), (.denied(status: 403), .request), (.timedOut(.read), .request),
      (.interrupted(""), .thing), (.cancelled, .nobody), (.rateLimited(retryAfter: nil, kind: .pulls), .nobody),
      (.overloaded, .nobody),
    ] as [(UpstreamFailure, UpstreamFailure.Blame)]
  )
  func blame(failure: UpstreamFailure, blame: UpstreamFailure.Blame) {
    #expect(failure.blame == blame)
  }
}
