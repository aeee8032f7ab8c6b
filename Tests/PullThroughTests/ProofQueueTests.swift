import OCI
import Testing

@testable import PullThrough

/// What upstreams are asked behind answers: each question once, few at a time, and no upstream waits for another.
@Suite struct ProofQueueTests {
  private func question(_ number: Int, upstream: String = "hub") throws -> ProofQueue.Question {
    let name = try UpstreamName(parsing: upstream)
    let repository = Repository(upstream: name, name: try RepositoryName(parsing: "a/b"))
    return ProofQueue.Question(repository: repository, digest: .of([UInt8(number)]), isManifest: false)
  }

  @Test func eachUpstreamHasFewWorkers() throws {
    var queue = ProofQueue(maxRunning: 2, maxWaiting: 10)
    let starts = try (0..<4).map { queue.add(try question($0)) }
    #expect(starts == [true, true, false, false])
    let startsOne = try queue.add(question(0, upstream: "quay"))
    #expect(startsOne)
  }

  @Test func aQuestionIsAskedOnceUntilItIsAnswered() throws {
    var queue = ProofQueue(maxRunning: 1, maxWaiting: 10)
    let (first, hub) = (try question(0), try UpstreamName(parsing: "hub"))
    let isNew = queue.add(first)
    #expect(isNew)
    let isAsked = queue.add(first)
    #expect(!isAsked)
    #expect(queue.waitingCount == 1)
    let next = queue.next(of: hub)
    #expect(next == first)
    let isAskedAgain = queue.add(first)
    #expect(!isAskedAgain)
    queue.end(first)
    let end = queue.next(of: hub)
    #expect(end == nil)
    let isNewAgain = queue.add(first)
    #expect(isNewAgain, "its worker has ended: a new one starts")
  }

  @Test func whatDoesNotFitIsLeft() throws {
    var queue = ProofQueue(maxRunning: 1, maxWaiting: 2)
    for number in 0..<5 { _ = queue.add(try question(number)) }
    #expect(queue.waitingCount == 2)
  }

  @Test func whatWaitsForAnUpstreamInTroubleIsDropped() throws {
    var queue = ProofQueue(maxRunning: 1, maxWaiting: 10)
    let hub = try UpstreamName(parsing: "hub")
    for number in 0..<3 { _ = queue.add(try question(number)) }
    let next = queue.next(of: hub)
    let asked = try #require(next)
    queue.drop(hub)
    queue.end(asked)
    let end = queue.next(of: hub)
    #expect(end == nil)
    let isNew = try queue.add(question(2))
    #expect(isNew, "it may be asked again")
  }
}

/// What manifests say of sizes is remembered for a while.
@Suite struct NamedSizesTests {
  @Test func theOldestAreForgotten() throws {
    let repository = try Repository(parsing: "hub/a/b")
    let other = try Repository(parsing: "hub/a/c")
    var sizes = NamedSizes(maxCount: 3)
    for number in 0..<4 { sizes.note(.of([UInt8(number)]), size: RemoteSize(clamping: number), in: repository) }
    sizes.note(.of([1]), size: 7, in: repository)
    #expect(sizes.size(of: .of([0]), in: repository) == nil)
    #expect(sizes.size(of: .of([1]), in: repository) == 7)
    #expect(sizes.size(of: .of([3]), in: repository) == 3)
    #expect(sizes.size(of: .of([3]), in: other) == nil)
  }
}
