import Testing

@testable import Upstream

@Suite("Whom failures are blamed on")
struct EndpointHealthTests {
  private let start = ContinuousClock.now
  private var health = EndpointHealth(
    CircuitBreaker.StateMachine(threshold: 3, firstPause: .seconds(2), longestPause: .seconds(8)),
    capacity: 100
  )

  private static func thing(_ number: Int) -> RequestSubject { RequestSubject(path: "/v2/a/manifests/\(number)") }

  /// Asks for a thing at a second, and ends so.
  /// - Returns: what has changed; nil if it was not to be asked for.
  private mutating func ask(
    _ thing: Int,
    _ showing: EndpointHealth.Showing,
    _ outcome: EndpointHealth.Outcome,
    at second: Double = 0
  ) -> EndpointHealth.Change? {
    let now = start + .seconds(second)
    guard case .ask(let pass) = health.admit(Self.thing(thing), now: now) else { return nil }
    return health.ended(Self.thing(thing), pass, showing, outcome, now: now, chance: 1)
  }

  private mutating func fail(_ thing: Int, at second: Double = 0) -> EndpointHealth.Change? {
    ask(thing, .trouble, .failed, at: second)
  }

  @Test("One thing that fails is left alone by itself; the others are asked for")
  mutating func oneBadThing() {
    let changes = (0..<3).map { _ in fail(1) }
    #expect(changes == [.unchanged, .unchanged, .unchanged] as [EndpointHealth.Change?])
    equal(health.admit(Self.thing(1), now: start), .skip(.seconds(2), whole: false))
    equal(ask(2, .well, .answered), .unchanged)
    #expect(health.pause(now: start) == nil)
  }

  @Test("Several things that fail in a row are the endpoint's failure")
  mutating func severalThings() {
    let changes = [fail(1), fail(2), fail(3)]
    #expect(changes == [.unchanged, .unchanged, .opened(.seconds(2))] as [EndpointHealth.Change?])
    equal(health.admit(Self.thing(4), now: start), .skip(.seconds(2), whole: true))
  }

  @Test("A thing that is known to fail is never counted again, however many there are, until it is served")
  mutating func knownThings() {
    for thing in 1...2 { _ = fail(thing) }
    _ = ask(9, .well, .answered)
    for second in stride(from: 10.0, to: 200, by: 10) {
      for thing in 1...2 { _ = fail(thing, at: second) }
    }
    #expect(health.pause(now: start + .seconds(200)) == nil)
    // One that has been served since counts like any other.
    _ = ask(1, .well, .answered, at: 300)
    let changes = [fail(1, at: 301), fail(3, at: 301), fail(4, at: 301)]
    #expect(changes.last == .opened(.seconds(2)))
  }

  @Test("Where nobody can be connected to, it does not matter what was asked for")
  mutating func away() {
    let changes = (0..<3).map { _ in ask(1, .away, .failed) }
    #expect(changes.last == .opened(.seconds(2)))
    // It was not the thing's fault: once the endpoint is back, it is asked for at once.
    equal(ask(2, .well, .answered, at: 2), .closed)
    equal(ask(1, .well, .answered, at: 2), .unchanged)
  }

  @Test(
    "What a redirect leads to, or a token service, is not the endpoint",
    arguments: [EndpointHealth.Showing.well, .nothing]
  )
  mutating func elsewhere(_ showing: EndpointHealth.Showing) {
    for thing in 1...10 { equal(ask(thing, showing, .failed), .unchanged) }
    #expect(health.pause(now: start) == nil)
    // The thing itself is left alone after a while all the same.
    _ = (ask(1, showing, .failed), ask(1, showing, .failed))
    equal(health.admit(Self.thing(1), now: start), .skip(.seconds(2), whole: false))
  }

  @Test("What says nothing changes nothing, and leaves the place of the probe to the next")
  mutating func nothing() {
    for thing in 1...3 { _ = fail(thing) }
    equal(ask(4, .nothing, .unknown, at: 2), .unchanged)
    equal(ask(5, .well, .answered, at: 2), .closed)
  }

  @Test("A probe that asks for a thing that is known to fail does not decide")
  mutating func badProbe() {
    for thing in 1...3 { _ = fail(thing) }
    equal(fail(1, at: 2), .unchanged)
    equal(ask(5, .well, .answered, at: 2), .closed)
  }

  @Test("Once the endpoint is back, what failed with it is asked for at once")
  mutating func back() {
    for _ in 0..<3 { _ = fail(1) }
    for thing in 2...3 { _ = fail(thing) }
    equal(ask(4, .well, .answered, at: 2), .closed)
    equal(ask(1, .well, .answered, at: 2), .unchanged)
  }

  @Test("Many things that fail are remembered up to a number")
  mutating func bounded() {
    health = EndpointHealth(
      CircuitBreaker.StateMachine(threshold: 1_000, firstPause: .seconds(2), longestPause: .seconds(8)),
      capacity: 2
    )
    for thing in 1...100 { _ = fail(thing) }
    equal(fail(1), .unchanged)
  }

  @Test(
    "What counts as one thing",
    arguments: [
      ("/v2/a/blobs/sha256:1", "/v2/b/manifests/sha256:1", true),
      ("/v2/a/blobs/sha256:1", "/v2/a/blobs/sha256:2", false),
      ("/v2/a/manifests/1", "/v2/b/manifests/1", false), ("/v2/a/referrers/sha256:1", "/v2/a/blobs/sha256:1", false),
      ("/v2/a/tags/list", "/v2/a/tags/list", true),
    ]
  )
  func things(one: String, other: String, areOne: Bool) {
    #expect((RequestSubject(path: one) == RequestSubject(path: other)) == areOne)
  }
}
