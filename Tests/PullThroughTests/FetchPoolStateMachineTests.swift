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

  @Test func jobsStartWhileThereAreLanes() {
    var pool = FetchPool.StateMachine(lanes: 2, maxWaiting: 10)
    #expect(submit(1, hub, limit: 9, .client, to: &pool) == .start(lane: 0))
    #expect(submit(2, hub, limit: 9, .client, to: &pool) == .start(lane: 1))
    #expect(submit(3, hub, limit: 9, .client, to: &pool) == .wait)
    #expect(pool.runningCount == 2)
    #expect(pool.waitingCount == 1)
  }

  @Test func aLaneGivenBackGoesToTheFirstThatWaits() {
    var pool = FetchPool.StateMachine(lanes: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    _ = submit(2, hub, limit: 9, .client, to: &pool)
    _ = submit(3, hub, limit: 9, .client, to: &pool)
    #expect(pool.finish(lane: 0, upstream: hub) == .init(ticket: 2, lane: 0))
    #expect(pool.finish(lane: 0, upstream: hub) == .init(ticket: 3, lane: 0))
    #expect(pool.finish(lane: 0, upstream: hub) == nil)
    #expect(pool.runningCount == 0)
  }

  @Test func aClientGoesBeforePrefetchingAndThatBeforeWarming() {
    var pool = FetchPool.StateMachine(lanes: 4, maxWaiting: 20)
    _ = submit(1, hub, limit: 1, .client, to: &pool)
    _ = submit(2, hub, limit: 1, .warming, to: &pool)
    _ = submit(3, hub, limit: 4, .prefetch, to: &pool)
    _ = submit(4, hub, limit: 1, .client, to: &pool)
    let order = (0..<3).compactMap { _ in pool.finish(lane: 0, upstream: hub)?.ticket }
    #expect(order == [4, 3, 2])
  }

  @Test func anUpstreamAtItsLimitDoesNotHoldUpAnother() {
    var pool = FetchPool.StateMachine(lanes: 3, maxWaiting: 10)
    #expect(submit(1, hub, limit: 1, .client, to: &pool) == .start(lane: 0))
    #expect(submit(2, hub, limit: 1, .client, to: &pool) == .wait)
    #expect(submit(3, quay, limit: 1, .client, to: &pool) == .start(lane: 1))
    #expect(pool.finish(lane: 1, upstream: quay) == nil)
    #expect(pool.finish(lane: 0, upstream: hub) == .init(ticket: 2, lane: 0))
  }

  @Test func aQueueThatIsFullRefuses() {
    var pool = FetchPool.StateMachine(lanes: 1, maxWaiting: 1)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    #expect(submit(2, hub, limit: 9, .warming, to: &pool) == .wait)
    #expect(submit(3, hub, limit: 9, .client, to: &pool) == .refuse)
  }

  @Test func jobsWaitInTheOrderInWhichTheyWereAnnounced() {
    var pool = FetchPool.StateMachine(lanes: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    for ticket in 2...4 { pool.announce(UInt64(ticket), priority: .client) }
    for ticket in [4, 2, 3] { #expect(pool.submit(UInt64(ticket), upstream: hub, limit: 9) == .wait) }
    let order = (0..<3).compactMap { _ in pool.finish(lane: 0, upstream: hub)?.ticket }
    #expect(order == [2, 3, 4])
  }

  @Test func aJobThatIsRaisedWaitsBehindThoseThatWereAsUrgentBefore() {
    var pool = FetchPool.StateMachine(lanes: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    for ticket in 2...4 { _ = submit(UInt64(ticket), hub, limit: 9, .warming, to: &pool) }
    _ = submit(5, hub, limit: 9, .client, to: &pool)
    #expect(pool.raise(4, to: .client) == nil)
    _ = submit(6, hub, limit: 9, .client, to: &pool)
    let order = (0..<5).compactMap { _ in pool.finish(lane: 0, upstream: hub)?.ticket }
    #expect(order == [5, 4, 6, 2, 3])
  }

  @Test func aJobCanBeRaisedBeforeItIsInLineAndIsNeverLowered() {
    var pool = FetchPool.StateMachine(lanes: 1, maxWaiting: 10)
    _ = submit(1, hub, limit: 9, .client, to: &pool)
    _ = submit(2, hub, limit: 9, .prefetch, to: &pool)
    pool.announce(3, priority: .warming)
    #expect(pool.raise(3, to: .client) == nil)
    #expect(pool.raise(3, to: .prefetch) == nil)
    #expect(pool.submit(3, upstream: hub, limit: 9) == .wait)
    #expect(pool.finish(lane: 0, upstream: hub) == .init(ticket: 3, lane: 0))
    #expect(pool.raise(3, to: .client) == nil)
  }

  @Test func prefetchingTakesAQuarterOfAnUpstreamsPlaces() {
    var pool = FetchPool.StateMachine(lanes: 32, maxWaiting: 10)
    #expect(submit(1, hub, limit: 8, .prefetch, to: &pool) == .start(lane: 0))
    #expect(submit(2, hub, limit: 8, .prefetch, to: &pool) == .start(lane: 1))
    #expect(submit(3, hub, limit: 8, .prefetch, to: &pool) == .wait)
    #expect(submit(4, hub, limit: 8, .client, to: &pool) == .start(lane: 2))
    #expect(pool.finish(lane: 0, upstream: hub) == nil)
    #expect(pool.finish(lane: 1, upstream: hub) == .init(ticket: 3, lane: 1))
  }

  @Test func prefetchingTakesAQuarterOfAllLanes() {
    var pool = FetchPool.StateMachine(lanes: 4, maxWaiting: 10)
    #expect(submit(1, hub, limit: 16, .prefetch, to: &pool) == .start(lane: 0))
    #expect(submit(2, quay, limit: 16, .prefetch, to: &pool) == .wait)
    #expect(submit(3, quay, limit: 16, .client, to: &pool) == .start(lane: 1))
    #expect(pool.finish(lane: 1, upstream: quay) == nil)
    #expect(pool.finish(lane: 0, upstream: hub) == .init(ticket: 2, lane: 0))
  }

  @Test func prefetchingTakesAQuarterOfTheLine() {
    var pool = FetchPool.StateMachine(lanes: 1, maxWaiting: 8)
    _ = submit(1, hub, limit: 16, .client, to: &pool)
    #expect(submit(2, hub, limit: 16, .prefetch, to: &pool) == .wait)
    #expect(submit(3, hub, limit: 16, .prefetch, to: &pool) == .wait)
    #expect(submit(4, hub, limit: 16, .prefetch, to: &pool) == .refuse)
    #expect(submit(5, hub, limit: 16, .client, to: &pool) == .wait)
  }

  @Test func aPrefetchThatAClientJoinsMayTakeAClientsPlace() {
    var pool = FetchPool.StateMachine(lanes: 4, maxWaiting: 10)
    #expect(submit(1, hub, limit: 4, .prefetch, to: &pool) == .start(lane: 0))
    #expect(submit(2, hub, limit: 4, .prefetch, to: &pool) == .wait)
    #expect(pool.raise(2, to: .client) == .init(ticket: 2, lane: 1))
    #expect(pool.waitingCount == 0)
  }

  private func submit(
    _ ticket: FetchPool.StateMachine.Ticket,
    _ upstream: UpstreamName,
    limit: Int,
    _ priority: Priority,
    to pool: inout FetchPool.StateMachine
  ) -> FetchPool.StateMachine.Admission {
    pool.announce(ticket, priority: priority)
    return pool.submit(ticket, upstream: upstream, limit: limit)
  }
}
