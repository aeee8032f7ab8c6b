import OCI
import Store
import Testing

@testable import PullThrough

/// What is known before it is written: what counts, for how long, and what has to be written first.
@Suite struct WriteBehindOverlayTests {
  private let repository: Repository
  private let other: Repository
  private let tag: OCI.Tag
  private let digests = (0..<3).map { Digest.of([UInt8($0)]) }

  init() throws {
    let hub = try UpstreamName(parsing: "hub")
    repository = Repository(upstream: hub, name: try RepositoryName(parsing: "a/b"))
    other = Repository(upstream: hub, name: try RepositoryName(parsing: "a/c"))
    tag = try Tag(parsing: "1")
  }

  private func record(_ digest: Digest) -> TagRecord { TagRecord(digest: digest, fetchedAt: 7, checkedAt: 7) }
  private func grant(_ at: Int64) -> GrantRecord { GrantRecord(grantedAt: at) }

  @Test func aTagCountsUntilItIsWritten() {
    var known = WriteBehindOverlay()
    let (number, after) = known.add(.init(repository: repository, tag: (tag, record(digests[0]))))
    #expect(after == [])
    #expect(known.tag(repository, tag) == record(digests[0]))
    #expect(known.tag(other, tag) == nil)
    known.remove(number)
    #expect(known.tag(repository, tag) == nil)
  }

  @Test func aTagThatMovesIsWrittenInOrderAndCountsAsItWasLastSeen() {
    var known = WriteBehindOverlay()
    let first = known.add(.init(repository: repository, tag: (tag, record(digests[0]))))
    let second = known.add(.init(repository: repository, tag: (tag, record(digests[1]))))
    let elsewhere = known.add(.init(repository: other, tag: (tag, record(digests[2]))))
    #expect(second.after == [first.number])
    #expect(elsewhere.after == [])
    known.remove(first.number)
    #expect(known.tag(repository, tag) == record(digests[1]))
    known.remove(second.number)
    #expect(known.tag(repository, tag) == nil)
  }

  @Test func aGrantCountsForItsRepositoryUntilAllWhoSaySoAreWritten() {
    var known = WriteBehindOverlay()
    let grants = [digests[0]: grant(1), digests[1]: grant(2)]
    let first = known.add(.init(repository: repository, grants: grants))
    let second = known.add(.init(repository: repository, grants: [digests[1]: grant(2)]))
    #expect(known.grant(of: digests[1], to: repository) == grant(2))
    #expect(known.grant(of: digests[1], to: other) == nil)
    #expect(known.grant(of: digests[2], to: repository) == nil)
    known.remove(first.number)
    #expect(known.grant(of: digests[0], to: repository) == nil)
    #expect(known.grant(of: digests[1], to: repository) == grant(2))
    known.remove(second.number)
    #expect(known.grant(of: digests[1], to: repository) == nil)
  }

  @Test func whatIsSaidOfASubjectIsWrittenBehindItsGrant() {
    var known = WriteBehindOverlay()
    let first = known.add(.init(repository: repository, grants: [digests[0]: grant(1)]))
    let second = known.add(.init(repository: repository, grants: [digests[0]: grant(2)]))
    #expect(known.add(.init(repository: repository, subject: digests[0])).after == [second.number])
    #expect(known.add(.init(repository: other, subject: digests[0])).after == [])
    #expect(known.add(.init(repository: repository, subject: digests[1])).after == [])
    known.remove(first.number)
    known.remove(second.number)
    #expect(known.add(.init(repository: repository, subject: digests[0])).after == [])
  }

  @Test func whatItCostsComesAndGoes() {
    var known = WriteBehindOverlay()
    let (number, _) = known.add(.init(repository: repository, grants: [digests[0]: grant(1)], contentBytes: 5_000))
    #expect(known.count == 1)
    #expect(known.costBytes > 5_000)
    known.remove(number)
    known.remove(number)
    #expect(known.count == 0)
    #expect(known.costBytes == 0)
  }
}
