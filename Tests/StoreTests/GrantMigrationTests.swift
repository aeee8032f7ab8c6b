import LMDB
import OCI
import Testing

@testable import Store

/// Grants that a store of schema 2 has for whatever manifests named.
@Suite struct GrantMigrationTests {
  let fixture = TestStore()
  let mine: Repository
  let other: Repository

  init() throws { (mine, other) = (try repository("docker.io/acme/private"), try repository("5000.example/evil/x")) }

  /// A store as schema 2 leaves it, closed: `alone` is one repository's, `shared` two repositories', `gone` is not held.
  private func older() async throws -> (alone: Digest, shared: Digest, gone: Digest) {
    let store = try fixture.open()
    let (alone, shared, gone) = (try await store.keep([1]), try await store.keep([2]), digest("gone"))
    let rows = [(mine, alone), (mine, shared), (other, shared), (mine, gone)]
    try await store.write { (index) throws(StoreError) in
      for (repository, digest) in rows {
        let record = GrantRecord(grantedAt: 5, evidence: .unproven)
        try index.put(index.tables.grants, IndexKey.repository(repository, digest), record)
      }
      try index.put(index.tables.meta, MetaKey.schema, SchemaRecord(schema: 2))
    }
    await store.close()
    return (alone, shared, gone)
  }

  private func judged(_ change: (inout StoreOptions) -> Void = { _ in }) async throws -> Store {
    let store = try fixture.open(change)
    await store.tidied()
    return store
  }

  @Test func whatOneRepositoryAloneHasStays() async throws {
    let digests = try await older()
    let store = try await judged()
    #expect(try store.lookUp(digests.alone, grantedTo: mine).grant == GrantRecord(grantedAt: 5))
    for repository in [mine, other] { #expect(try store.lookUp(digests.shared, grantedTo: repository).grant == nil) }
    #expect(try store.earlierGrants == .unproven)
    let unproven = try await store.unprovenGrants(after: nil)
    #expect(Set(unproven?.map(\.repository) ?? []) == [mine, other])
    #expect(Set(unproven?.map(\.digest) ?? []) == [digests.shared])
    #expect(try await store.unprovenGrants(after: unproven?.last) == nil)
    await store.close()
  }

  @Test func whereNobodyCanBeAskedAllStay() async throws {
    let digests = try await older()
    let store = try await judged { $0.trustsEarlierGrants = true }
    for repository in [mine, other] { #expect(try store.lookUp(digests.shared, grantedTo: repository).grant != nil) }
    #expect(try await store.unprovenGrants(after: nil) == nil)
    await store.close()
  }

  @Test func whatIsProvenOrWithdrawnIsDone() async throws {
    let digests = try await older()
    let store = try await judged()
    try await store.write { (index) throws(StoreError) in
      try index.grant(mine, digests.shared, GrantRecord(grantedAt: 9))
      try index.revoke(other, digests.shared)
    }
    #expect(try await store.unprovenGrants(after: nil) == nil)
    try await store.endUnprovenGrants()
    #expect(try store.earlierGrants == .none)
    #expect(try store.lookUp(digests.shared, grantedTo: mine).grant == GrantRecord(grantedAt: 9))
    #expect(try store.lookUp(digests.shared, grantedTo: other).grant == nil)
    await store.close()
  }

  /// What is withdrawn before all is judged does not make another's row the only one.
  @Test func aWithdrawalDuringTheStepOpensNothing() async throws {
    let digests = try await older()
    do {
      let store = try await judged()
      // As a kill in the middle of it leaves the store.
      try await store.write { (index) throws(StoreError) in
        try index.put(index.tables.meta, MetaKey.judgingGrants, [])
        try index.revoke(mine, digests.shared)
      }
      await store.close()
    }
    let store = try await judged()
    #expect(try store.lookUp(digests.shared, grantedTo: other).grant == nil)
    #expect(try store.lookUp(digests.shared, grantedTo: mine).grant == nil)
    await store.close()
  }

  @Test func theStepIsMadeOnceAndForAll() async throws {
    _ = try await older()
    await (try await judged()).close()
    let store = try await judged()
    let schema = try store.environment.read { (transaction) throws(StoreError) in
      try store.tables.record(SchemaRecord.self, of: MetaKey.schema, in: store.tables.meta, transaction)
    }
    #expect(schema?.schema == OpenIndex.schema)
    #expect(try store.earlierGrants == .unproven)
    await store.close()
    #expect(try StoreCheck.run(path: fixture.path, hashing: true).isSound)
  }

  @Test(arguments: [
    (rows: 1, isHeld: true, trustsAll: false, isEarned: true), (2, true, false, false), (2, true, true, true),
    (1, false, false, false), (1, false, true, false),
  ]) func theVerdict(rows: Int, isHeld: Bool, trustsAll: Bool, isEarned: Bool) {
    var judgement = GrantJudgement()
    for _ in 0..<rows { judgement.note(digest("x")) }
    judgement.note(digest("y"))
    #expect(judgement.isEarned(digest("x"), isHeld: isHeld, trustsAll: trustsAll) == isEarned)
  }
}
