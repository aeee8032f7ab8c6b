import OCI
import Testing

@testable import Store

@Suite struct GrantTests {
  let fixture = TestStore()
  let store: Store

  init() throws { store = try fixture.open() }

  @Test func sharingBytesIsNotSharingAccess() async throws {
    let (mine, other) = (try repository("docker.io/acme/private"), try repository("docker.io/library/alpine"))
    let digest = try await store.keep([1, 2, 3])
    let grant = GrantRecord(grantedAt: 5)
    try await store.write { (index) throws(StoreError) in try index.grant(mine, digest, grant) }
    let record = try #require(try store.content(digest))
    #expect(try store.lookUp(digest, grantedTo: mine) == ContentLookup(record: record, grant: grant))
    #expect(try store.lookUp(digest, grantedTo: other) == ContentLookup(record: record, grant: nil))
  }

  @Test func anUnprovenGrantGivesNoAccess() async throws {
    let mine = try repository("docker.io/acme/private")
    let digest = try await store.keep([1, 2, 3])
    for evidence in [GrantRecord.Evidence.unproven, .revoked] {
      try await store.write { (index) throws(StoreError) in
        try index.grant(mine, digest, GrantRecord(grantedAt: 5, evidence: evidence))
      }
      #expect(try store.lookUp(digest, grantedTo: mine).grant == nil)
    }
  }

  @Test func thereIsNoGrantOfWhatIsNotHeld() async throws {
    let mine = try repository("docker.io/acme/private")
    let isGranted = try await store.write { (index) throws(StoreError) in
      try index.grant(mine, digest("x"), GrantRecord(grantedAt: 5))
    }
    #expect(!isGranted)
    #expect(try store.lookUp(digest("x"), grantedTo: mine) == ContentLookup(record: nil, grant: nil))
  }

  @Test func grantsAndListsGoWithTheirContent() async throws {
    let repositories = try [repository("docker.io/acme/a"), repository("127.0.0.1:5000/a"), .longest()]
    let (gone, stays) = (try await store.keep([1]), try await store.keep([2]))
    let list = ReferrersRecord(
      referrers: [Referrer(Descriptor(mediaType: .ociManifest, digest: stays, size: 1))],
      checkedAt: 5
    )
    try await store.write { (index) throws(StoreError) in
      for repository in repositories {
        for digest in [gone, stays] {
          try index.grant(repository, digest, GrantRecord(grantedAt: 5))
          try index.putReferrers(repository, subject: digest, list)
        }
      }
    }
    try await store.write { (index) throws(StoreError) in _ = try index.removeContent(gone) }
    _ = try await store.keep([1])
    for repository in repositories {
      #expect(try store.lookUp(gone, grantedTo: repository).grant == nil, "\(repository)")
      #expect(try store.referrers(repository, subject: gone) == nil)
      #expect(try store.lookUp(stays, grantedTo: repository).grant != nil)
      #expect(try store.referrers(repository, subject: stays) == list)
    }
  }

  @Test func aRevokedGrantIsGone() async throws {
    let mine = try repository("docker.io/acme/private")
    let digest = try await store.keep([1])
    let revoked = try await store.write { (index) throws(StoreError) in
      try index.grant(mine, digest, GrantRecord(grantedAt: 5))
      return [try index.revoke(mine, digest), try index.revoke(mine, digest)]
    }
    #expect(revoked == [true, false])
    #expect(try store.lookUp(digest, grantedTo: mine).grant == nil)
  }
}

@Suite struct ReferrersTests {
  let fixture = TestStore()
  let store: Store

  init() throws { store = try fixture.open() }

  private func referrers(_ texts: String...) -> [Referrer] {
    texts.map { Referrer(Descriptor(mediaType: .ociManifest, digest: digest($0), size: 1)) }
      .sorted { $0.descriptor.digest < $1.descriptor.digest }
  }

  private func put(_ repository: Repository, _ subject: Digest, _ referrers: [Referrer], at: Int64) async throws {
    let record = ReferrersRecord(referrers: referrers, checkedAt: at)
    try await store.write { (index) throws(StoreError) in
      try index.putReferrers(repository, subject: subject, record)
    }
  }

  @Test func noneIsAnotherAnswerThanNotAsked() async throws {
    let alpine = try repository("docker.io/library/alpine")
    #expect(try store.referrers(alpine, subject: digest("s")) == nil)
    try await put(alpine, digest("s"), [], at: 5)
    #expect(try store.referrers(alpine, subject: digest("s")) == ReferrersRecord(referrers: [], checkedAt: 5))
  }

  @Test func aLaterAnswerReplacesAnEarlier() async throws {
    let alpine = try repository("docker.io/library/alpine")
    try await put(alpine, digest("s"), referrers("a", "b", "c"), at: 5)
    try await put(alpine, digest("t"), referrers("z"), at: 6)
    try await put(alpine, digest("s"), referrers("b", "d"), at: 7)
    #expect(try store.referrers(alpine, subject: digest("s"))?.referrers == referrers("b", "d"))
    #expect(try store.referrers(alpine, subject: digest("s"))?.checkedAt == 7)
    #expect(try store.referrers(alpine, subject: digest("t"))?.referrers == referrers("z"))
    #expect(try store.referrers(repository("quay.io/library/alpine"), subject: digest("s")) == nil)
    try await store.write { (index) throws(StoreError) in try index.removeReferrers(alpine, subject: digest("s")) }
    #expect(try store.referrers(alpine, subject: digest("s")) == nil)
    #expect(try store.referrers(alpine, subject: digest("t")) != nil)
  }
}
