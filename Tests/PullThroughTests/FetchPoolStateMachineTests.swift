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
    #expect(pool.submit(1, upstream: hub, limit: 9, priority: .client) == .start(lane: 0))
    #expect(pool.submit(2, upstream: hub, limit: 9, priority: .client) == .start(lane: 1))
    #expect(pool.submit(3, upstream: hub, limit: 9, priority: .client) == .wait)
    #expect(pool.runningCount == 2)
    #expect(pool.waitingCount == 1)
  }

  @Test func aLaneGivenBackGoesToTheFirstThatWaits() {
    var pool = FetchPool.StateMachine(lanes: 1, maxWaiting: 10)
    _ = pool.submit(1, upstream: hub, limit: 9, priority: .client)
    _ = pool.submit(2, upstream: hub, limit: 9, priority: .client)
    _ = pool.submit(3, upstream: hub, limit: 9, priority: .client)
    #expect(pool.finish(lane: 0, upstream: hub) == .init(ticket: 2, lane: 0))
    #expect(pool.finish(lane: 0, upstream: hub) == .init(ticket: 3, lane: 0))
    #expect(pool.finish(lane: 0, upstream: hub) == nil)
    #expect(pool.runningCount == 0)
  }

  @Test func aClientGoesBeforeRevalidationAndThatBeforeWarming() {
    var pool = FetchPool.StateMachine(lanes: 1, maxWaiting: 10)
    _ = pool.submit(1, upstream: hub, limit: 9, priority: .warming)
    _ = pool.submit(2, upstream: hub, limit: 9, priority: .warming)
    _ = pool.submit(3, upstream: hub, limit: 9, priority: .revalidation)
    _ = pool.submit(4, upstream: hub, limit: 9, priority: .client)
    let order = (0..<3).compactMap { _ in pool.finish(lane: 0, upstream: hub)?.ticket }
    #expect(order == [4, 3, 2])
  }

  @Test func anUpstreamAtItsLimitDoesNotHoldUpAnother() {
    var pool = FetchPool.StateMachine(lanes: 3, maxWaiting: 10)
    #expect(pool.submit(1, upstream: hub, limit: 1, priority: .client) == .start(lane: 0))
    #expect(pool.submit(2, upstream: hub, limit: 1, priority: .client) == .wait)
    #expect(pool.submit(3, upstream: quay, limit: 1, priority: .client) == .start(lane: 1))
    #expect(pool.finish(lane: 1, upstream: quay) == nil)
    #expect(pool.finish(lane: 0, upstream: hub) == .init(ticket: 2, lane: 0))
  }

  @Test func aQueueThatIsFullRefuses() {
    var pool = FetchPool.StateMachine(lanes: 1, maxWaiting: 1)
    _ = pool.submit(1, upstream: hub, limit: 9, priority: .client)
    #expect(pool.submit(2, upstream: hub, limit: 9, priority: .warming) == .wait)
    #expect(pool.submit(3, upstream: hub, limit: 9, priority: .client) == .refuse)
  }
}
