import OCI
import Testing

@testable import PullThrough

/// Who transfers now, and who is next.
@Suite struct FetchPoolStateMachineTests {
  let hub: UpstreamName
  let quay: UpstreamName

  init() throws {
    hub = try UpstreamName(parsing: "docker.io")
    quay = try UpstreamName(parsing: "quay.io")
  }

  @Test func jobsStartWhileThereArePlaces() {
    var pool = FetchPool.StateMachine(places: 2, maxWaiting: 10)
    #expect(submit(1, hub, limit: 9, .client, to: &pool) == .start)
    #expect(submit(2, hub, limit: 9, .client, to: &pool) == .start)
    #expect(submit(3, hub, limit: 9, .client, to: &pool) == .wait)
    #expect(pool.runningCount == 2)
    #expect(pool.waitingCount == 1)
  }

  @Test func aPlaceGivenBackGoesToTheFirstThatWaits() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    _ = submit(2, hub, limit: 9, .client, to: &pool)
    _ = submit(3, hub, limit: 9, .client, to: &pool)
    #expect(pool.finish(1) == [2])
    #expect(pool.finish(2) == [3])
    #expect(pool.finish(3) == [])
    #expect(pool.runningCount == 0)
  }

  @Test func aClientGoesBeforePrefetchingAndThatBeforeWarming() {
    var pool = FetchPool.StateMachine(places: 4, maxWaiting: 20)
    _ = submit(1, hub, limit: 1, .client, to: &pool)
    _ = submit(2, hub, limit: 1, .warming, to: &pool)
    _ = submit(3, hub, limit: 4, .prefetch, to: &pool)
    _ = submit(4, hub, limit: 1, .client, to: &pool)
    let order = order(of: 3, after: 1, &pool)
    #expect(order == [4, 3, 2])
  }

  @Test func anUpstreamAtItsLimitDoesNotHoldUpAnother() {
    var pool = FetchPool.StateMachine(places: 3, maxWaiting: 10)
    #expect(submit(1, hub, limit: 1, .client, to: &pool) == .start)
    #expect(submit(2, hub, limit: 1, .client, to: &pool) == .wait)
    #expect(submit(3, quay, limit: 1, .client, to: &pool) == .start)
    #expect(pool.finish(3) == [])
    #expect(pool.finish(1) == [2])
  }

  @Test func aQueueThatIsFullRefuses() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 1)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    #expect(submit(2, hub, limit: 9, .warming, to: &pool) == .wait)
    #expect(submit(3, hub, limit: 9, .client, to: &pool) == .refuse)
  }

  @Test func jobsWaitInTheOrderInWhichTheyWereAnnounced() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    for ticket in 2...4 { pool.announce(UInt64(ticket), priority: .client) }
    for ticket in [4, 2, 3] { #expect(pool.submit(UInt64(ticket), upstream: hub, limit: 9).admission == .wait) }
    let order = order(of: 3, after: 1, &pool)
    #expect(order == [2, 3, 4])
  }

  @Test func aJobThatIsRaisedWaitsBehindThoseThatWereAsUrgentBefore() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    for ticket in 2...4 { _ = submit(UInt64(ticket), hub, limit: 9, .warming, to: &pool) }
    _ = submit(5, hub, limit: 9, .client, to: &pool)
    #expect(pool.raise(4, to: .client) == [])
    _ = submit(6, hub, limit: 9, .client, to: &pool)
    let order = order(of: 5, after: 1, &pool)
    #expect(order == [5, 4, 6, 2, 3])
  }

  @Test func aJobCanBeRaisedBeforeItIsInLineAndIsNeverLowered() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    _ = submit(2, hub, limit: 9, .prefetch, to: &pool)
    pool.announce(3, priority: .warming)
    #expect(pool.raise(3, to: .client) == [])
    #expect(pool.raise(3, to: .prefetch) == [])
    #expect(pool.submit(3, upstream: hub, limit: 9).admission == .wait)
    #expect(pool.finish(1) == [3])
    #expect(pool.raise(3, to: .client) == [])
  }

  @Test func prefetchingTakesAQuarterOfAnUpstreamsPlaces() {
    var pool = FetchPool.StateMachine(places: 32, maxWaiting: 10)
    #expect(submit(1, hub, limit: 8, .prefetch, to: &pool) == .start)
    #expect(submit(2, hub, limit: 8, .prefetch, to: &pool) == .start)
    #expect(submit(3, hub, limit: 8, .prefetch, to: &pool) == .wait)
    #expect(submit(4, hub, limit: 8, .client, to: &pool) == .start)
    #expect(pool.finish(1) == [])
    #expect(pool.finish(2) == [3])
  }

  @Test func prefetchingTakesAQuarterOfAllPlaces() {
    var pool = FetchPool.StateMachine(places: 4, maxWaiting: 10)
    #expect(submit(1, hub, limit: 16, .prefetch, to: &pool) == .start)
    #expect(submit(2, quay, limit: 16, .prefetch, to: &pool) == .wait)
    #expect(submit(3, quay, limit: 16, .client, to: &pool) == .start)
    #expect(pool.finish(3) == [])
    #expect(pool.finish(1) == [2])
  }

  @Test func prefetchingTakesAQuarterOfTheLine() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 8)
    _ = submit(1, hub, limit: 16, .client, to: &pool)
    #expect(submit(2, hub, limit: 16, .prefetch, to: &pool) == .wait)
    #expect(submit(3, hub, limit: 16, .prefetch, to: &pool) == .wait)
    #expect(submit(4, hub, limit: 16, .prefetch, to: &pool) == .refuse)
    #expect(submit(5, hub, limit: 16, .client, to: &pool) == .wait)
  }

  @Test func aPrefetchThatAClientJoinsMayTakeAClientsPlace() {
    var pool = FetchPool.StateMachine(places: 4, maxWaiting: 10)
    #expect(submit(1, hub, limit: 4, .prefetch, to: &pool) == .start)
    #expect(submit(2, hub, limit: 4, .prefetch, to: &pool) == .wait)
    #expect(pool.raise(2, to: .client) == [2])
    #expect(pool.waitingCount == 0)
  }

  // MARK: Upstreams

  @Test func anUpstreamThatHasNoPlaceGetsOneThoughAllAreTaken() {
    var pool = FetchPool.StateMachine(places: 2, maxWaiting: 10)
    for ticket in 1...2 { _ = submit(UInt64(ticket), hub, limit: 9, .client, to: &pool) }
    #expect(submit(3, quay, limit: 9, .client, to: &pool) == .start)
    #expect(submit(4, quay, limit: 9, .client, to: &pool) == .wait)
    #expect(submit(5, hub, limit: 9, .client, to: &pool) == .wait)
    #expect(pool.finish(3) == [4])
  }

  @Test func whatIsSlowTakesAPlaceOfItsUpstreamAlone() {
    var pool = FetchPool.StateMachine(places: 2, maxWaiting: 10)
    for ticket in 1...2 { _ = submit(UInt64(ticket), hub, limit: 2, .client, to: &pool) }
    _ = submit(3, quay, limit: 9, .client, to: &pool)
    #expect(submit(4, quay, limit: 9, .client, to: &pool) == .wait)
    #expect(submit(5, hub, limit: 2, .client, to: &pool) == .wait)
    #expect(pool.mark(1, isSlow: true) == [])
    #expect(pool.mark(2, isSlow: true) == [4], "the hub's own limit still counts both")
    #expect(pool.mark(2, isSlow: false) == [])
    #expect(pool.finish(2) == [5])
    #expect(pool.finish(1) == [])
  }

  @Test func upstreamsTakeTurns() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    _ = submit(2, quay, limit: 9, .client, to: &pool)
    for ticket in [3, 4] { _ = submit(UInt64(ticket), hub, limit: 9, .client, to: &pool) }
    for ticket in [5, 6] { _ = submit(UInt64(ticket), quay, limit: 9, .client, to: &pool) }
    #expect(pool.finish(1) == [3], "the hub has none then")
    #expect(pool.finish(2) == [5])
    #expect(pool.finish(5) == [6])
  }

  // MARK: What nobody has named

  @Test func manyAnswersWithoutABodyMakeAskingFree() {
    var pool = FetchPool.StateMachine(places: 2, maxWaiting: 100)
    let start = ContinuousClock.now
    for ticket in 1...8 {
      #expect(ask(ticket, &pool, at: start) == .start)
      _ = pool.finish(UInt64(ticket), isEmpty: true, at: start)
    }
    for ticket in 10..<42 { #expect(ask(ticket, &pool, at: start) == .start, "16 for each of two places") }
    #expect(ask(42, &pool, at: start) == .wait)
    // What is named finds both places.
    for ticket in [50, 51] { #expect(submit(UInt64(ticket), hub, limit: 2, .client, to: &pool) == .start) }
    #expect(submit(52, hub, limit: 2, .client, to: &pool) == .wait)
    // A body needs a place as well, and is not passed over for long.
    #expect(pool.bodyCame(10, of: .own, at: start) == .wait)
    #expect(pool.finish(50, at: start) == [52])
    let started = pool.finish(51, at: start)
    #expect(started == [10, 42], "which leaves its place among those that ask")
  }

  @Test func aFloodIsOverWhenNoneCame() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 100)
    let start = ContinuousClock.now
    for ticket in 1...8 {
      _ = ask(ticket, &pool, at: start)
      _ = pool.finish(UInt64(ticket), isEmpty: true, at: start)
    }
    let later = start + EmptyAnswers.window + .seconds(1)
    #expect(ask(9, &pool, at: later) == .start)
    #expect(ask(10, &pool, at: later) == .wait)
    #expect(pool.bodyCame(9, of: .own, at: later) == .start, "it has its place already")
  }

  @Test func whatIsNamedGoesFirstButNotAlways() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 100)
    _ = submit(1, hub, limit: 1, .client, to: &pool)
    for ticket in 2...3 { #expect(ask(ticket, &pool, limit: 1) == .wait) }
    for ticket in 4...9 { _ = submit(UInt64(ticket), hub, limit: 1, .client, to: &pool) }
    #expect(order(of: 8, after: 1, &pool) == [4, 5, 6, 2, 7, 8, 9, 3])
  }

  // MARK: Leaving

  @Test func whatNobodyWantsAnyMoreLeavesTheLine() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 10)
    for ticket in 1...3 { _ = submit(UInt64(ticket), hub, limit: 1, .client, to: &pool) }
    let (second, first) = (pool.withdraw(2), pool.withdraw(1))
    #expect(second)
    #expect(!first, "it runs")
    #expect(pool.waitingCount == 1)
    #expect(pool.finish(1) == [3])
  }

  @Test func whatIsWithdrawnBeforeItIsInLineIsRefused() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 10)
    pool.announce(1, priority: .client)
    let isWithdrawn = pool.withdraw(1)
    #expect(isWithdrawn)
    #expect(pool.submit(1, upstream: hub, limit: 1).admission == .refuse)
    #expect(pool.runningCount == 0)
  }

  @Test func nobodyWaitsForEver() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 10, maxWait: .seconds(60))
    let start = ContinuousClock.now
    for ticket in 1...3 { pool.announce(UInt64(ticket), priority: .client) }
    _ = pool.submit(1, upstream: hub, limit: 1, at: start)
    _ = pool.submit(2, upstream: hub, limit: 1, at: start)
    _ = pool.submit(3, upstream: hub, limit: 1, at: start + .seconds(10))
    #expect(pool.expire(at: start + .seconds(59)) == [])
    #expect(pool.expire(at: start + .seconds(60)) == [2])
    #expect(pool.finish(1) == [3])
    #expect(pool.expire(at: start + .seconds(99)) == [], "it runs")
  }

  @Test func aFullLineMakesRoomForWhoHasLessInIt() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 4)
    let (many, few) = (ClientKey(.ipv4(1), connection: 1), ClientKey(.ipv4(2), connection: 2))
    _ = submit(1, hub, limit: 1, .client, to: &pool)
    for ticket in 2...5 { _ = submit(UInt64(ticket), hub, limit: 1, .client, of: many, to: &pool) }
    pool.announce(6, priority: .client, client: few)
    let (admission, displaced) = pool.submit(6, upstream: hub, limit: 1)
    #expect(admission == .wait)
    #expect(displaced == 5, "the latest of who has most")
    #expect(submit(7, hub, limit: 1, .client, of: many, to: &pool) == .refuse)
    #expect(order(of: 4, after: 1, &pool) == [2, 6, 3, 4])
  }

  // MARK: Support

  private func ask(
    _ ticket: Int,
    _ pool: inout FetchPool.StateMachine,
    limit: Int = 2,
    at now: ContinuousClock.Instant = .now
  ) -> FetchPool.StateMachine.Admission {
    pool.announce(UInt64(ticket), priority: .client)
    return pool.submit(UInt64(ticket), upstream: hub, limit: limit, stage: .asking, at: now).admission
  }

  /// Ends one after the other.
  private func order(
    of count: Int,
    after first: FetchPool.StateMachine.Ticket,
    _ pool: inout FetchPool.StateMachine
  ) -> [FetchPool.StateMachine.Ticket] {
    var (order, running) = ([FetchPool.StateMachine.Ticket](), [first])
    while order.count < count, let ended = running.popLast() {
      running = pool.finish(ended)
      order += running
    }
    return order
  }

  @Test func whoMayHaveLeftGoesLast() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    _ = submit(2, hub, limit: 9, .client, of: client(1), to: &pool)
    _ = submit(3, hub, limit: 9, .client, of: client(2), to: &pool)
    _ = submit(4, hub, limit: 9, .client, of: client(3), to: &pool)
    _ = submit(5, hub, limit: 9, .warming, to: &pool)
    pool.mayHaveLeft(client(1))
    pool.mayHaveLeft(client(2))
    // Somebody else wants one of them, too.
    _ = pool.raise(3, to: .client, for: client(4))
    #expect(pool.finish(1) == [3])
    #expect(pool.finish(3) == [4])
    #expect(pool.finish(4) == [2])
    #expect(pool.finish(2) == [5])
  }

  @Test func itIsKnownOfThoseThatComeLater() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    pool.mayHaveLeft(client(1))
    _ = submit(2, hub, limit: 9, .client, of: client(1), to: &pool)
    _ = submit(3, hub, limit: 9, .client, of: client(2), to: &pool)
    #expect(pool.finish(1) == [3])
    pool.hasLeft(client(1))
    _ = submit(4, hub, limit: 9, .client, of: client(1), to: &pool)
    #expect(pool.finish(3) == [4], "its level is that of all others again")
  }

  @Test func whoMayHaveLeftGivesWayInAFullLine() {
    var pool = FetchPool.StateMachine(places: 1, maxWaiting: 2)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    _ = submit(2, hub, limit: 9, .client, of: client(1), to: &pool)
    _ = submit(3, hub, limit: 9, .client, of: client(2), to: &pool)
    pool.mayHaveLeft(client(1))
    pool.announce(4, priority: .client, client: client(3))
    let outcome = pool.submit(4, upstream: hub, limit: 9)
    #expect(outcome.admission == .wait)
    #expect(outcome.displaced == 2)
    pool.announce(5, priority: .client, client: client(1))
    #expect(pool.submit(5, upstream: hub, limit: 9).admission == .refuse)
  }

  /// A client by a connection of one address.
  private func client(_ connection: UInt64) -> ClientKey { ClientKey(.ipv4(1), connection: connection) }

  private func submit(
    _ ticket: FetchPool.StateMachine.Ticket,
    _ upstream: UpstreamName,
    limit: Int,
    _ priority: Priority,
    of client: ClientKey = .own,
    to pool: inout FetchPool.StateMachine
  ) -> FetchPool.StateMachine.Admission {
    pool.announce(ticket, priority: priority, client: client)
    return pool.submit(ticket, upstream: upstream, limit: limit).admission
  }
}
