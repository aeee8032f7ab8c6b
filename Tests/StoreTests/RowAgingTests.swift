import OCI
import Testing

@testable import Store

/// Rows about what is not held are forgotten in time, and at once where the index is large.
@Suite struct RowAgingTests {
  private static let now: Int64 = 1_000_000_000

  @Test(
    arguments: [
      (isAboutHeld: true, age: .max, isIndexLarge: true, forgets: false),
      (false, 0, false, false), (false, RowAging.keptSeconds, false, false),
      (false, RowAging.keptSeconds + 1, false, true),
      (false, 0, true, true),
    ] as [(Bool, Int64, Bool, Bool)]
  )
  func theTable(isAboutHeld: Bool, age: Int64, isIndexLarge: Bool, forgets: Bool) {
    let aging = RowAging(now: Self.now, isIndexLarge: isIndexLarge)
    #expect(aging.forgets(isAboutHeld: isAboutHeld, writtenAt: Self.now.saturatingDifference(age)) == forgets)
  }

  @Test func theyAreLookedThroughEveryHourAndWhenALargeIndexGrows() {
    var schedule = RowAgingSchedule()
    let small = RowAging(now: Self.now, isIndexLarge: false)
    let large = RowAging(now: Self.now, isIndexLarge: true)
    #expect(schedule.isDue(small, indexBytes: 80))
    schedule.looked(at: Self.now, indexBytes: 80)
    #expect(!schedule.isDue(small, indexBytes: 800))
    #expect(!schedule.isDue(large, indexBytes: 90))
    #expect(schedule.isDue(large, indexBytes: 91))
    #expect(schedule.isDue(RowAging(now: Self.now + 3_600, isIndexLarge: false), indexBytes: 80))
  }

  @Test func onlyWhatIsAboutNothingHeldGoes() async throws {
    let fixture = TestStore()
    let store = try fixture.open()
    let app = try repository("docker.io/library/app")
    let (held, lost) = (try await store.keep([1]), digest("lost"))
    let (keeps, goes, removed) = (try tag("keeps"), try tag("goes"), try tag("removed"))
    let signature = [Referrer(Descriptor(mediaType: .ociManifest, digest: held, size: 1))]
    try await store.write { (index) throws(StoreError) in
      for tag in [keeps, goes, removed] {
        for digest in [digest("before"), lost] {
          try index.putTag(app, tag, TagRecord(digest: digest, fetchedAt: 1, checkedAt: 1))
        }
      }
      try index.putTag(app, keeps, TagRecord(digest: held, fetchedAt: 1, checkedAt: 1))
      try index.removeTag(app, removed)
      try index.putReferrers(app, subject: held, ReferrersRecord(referrers: [], checkedAt: 1))
      try index.putReferrers(app, subject: lost, ReferrersRecord(referrers: [], checkedAt: 1))
      try index.putReferrers(app, subject: digest("signed"), ReferrersRecord(referrers: signature, checkedAt: 1))
    }
    try await store.ageRows(RowAging(now: 1_000, isIndexLarge: false))
    #expect(try store.tags(in: app).map(\.0) == [goes, keeps])
    try await store.ageRows(RowAging(now: 1_000, isIndexLarge: true))
    #expect(try store.tags(in: app).map(\.0) == [keeps])
    #expect(try store.history(app, keeps).map(\.digest) == [lost, digest("before")])
    #expect(try store.history(app, goes).isEmpty)
    #expect(try store.history(app, removed).isEmpty)
    #expect(try store.referrers(app, subject: held) != nil)
    #expect(try store.referrers(app, subject: lost) == nil)
    #expect(try store.referrers(app, subject: digest("signed"))?.referrers == signature)
    await store.close()
  }
}
