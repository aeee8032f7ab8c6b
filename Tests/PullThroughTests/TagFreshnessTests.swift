import OCI
import Store
import Testing

@testable import PullThrough

/// What to do about a tag, given what is known of it and the time.
@Suite struct TagFreshnessTests {
  let freshness = TagFreshness(window: .seconds(60), maxStale: .seconds(3600))
  let digest = Digest.of("manifest".utf8)

  private func record(checkedAt: Int64) -> TagRecord {
    TagRecord(digest: digest, fetchedAt: 0, checkedAt: checkedAt)
  }

  @Test func anUnknownTagIsFetched() {
    #expect(freshness.step(for: nil, now: 1_000) == .fetch)
    #expect(freshness.staleAnswer(for: nil, now: 1_000) == nil)
  }

  @Test(arguments: [
    (checked: 1_000, isFresh: true), (941, true), (940, false), (0, false),
    // The clock was set back: a confirmation from the future says nothing.
    (1_001, false),
  ])
  func aConfirmationIsBelievedForTheWindow(checked: Int64, isFresh: Bool) {
    let step = freshness.step(for: record(checkedAt: checked), now: 1_000)
    #expect(step == (isFresh ? .serve(digest) : .confirm(digest)))
  }

  @Test(arguments: [(checked: 10_000, isServed: true), (6_400, true), (6_399, false)])
  func whileUpstreamIsInTroubleTheLastAnswerHoldsForMaxStale(checked: Int64, isServed: Bool) {
    #expect(freshness.staleAnswer(for: record(checkedAt: checked), now: 10_000) == (isServed ? digest : nil))
  }

  @Test func afterADenialNothingIsServedAsLastSeen() {
    let forEver = TagFreshness(window: .seconds(60), maxStale: .seconds(1 << 40))
    let denied = record(checkedAt: TagRecord.refused)
    #expect(forEver.staleAnswer(for: denied, now: 10_000) == nil)
    #expect(forEver.step(for: denied, now: 10_000) == .confirm(digest))
  }

  @Test(arguments: [0, 1_000, 9_999_999])
  func offlineWhatIsKnownStands(checked: Int64) {
    #expect(TagFreshness.offline.step(for: record(checkedAt: checked), now: 1_000) == .serve(digest))
    #expect(TagFreshness.offline.step(for: nil, now: 1_000) == .fetch)
  }

  @Test func aWindowOfZeroAsksEveryTime() {
    let always = TagFreshness(window: .zero, maxStale: .zero)
    #expect(always.step(for: record(checkedAt: 1_000), now: 1_000) == .confirm(digest))
  }
}
