import LMDB
import OCI
import SeededRandom
import Testing

@testable import Store

/// Random changes to the index and to a model in memory; they must agree after each, and after reopening.
@Suite struct IndexModelTests {
  /// What the index should hold.
  struct Model {
    var content: [Digest: ContentRecord] = [:]
    var tags: [Repository: [OCI.Tag: TagRecord]] = [:]
    var grants: [Repository: [Digest: GrantRecord]] = [:]
    var referrers: [Repository: [Digest: ReferrersRecord]] = [:]

    var totals: StoreTotals {
      StoreTotals(bytes: content.values.reduce(0) { $0 + $1.size }, count: Int64(content.count))
    }

    /// Content goes with its grants, and with what the repositories that had one know of it as a subject.
    mutating func remove(_ digest: Digest) {
      content[digest] = nil
      for repository in grants.keys where grants[repository]?[digest] != nil {
        grants[repository]?[digest] = nil
        referrers[repository]?[digest] = nil
      }
    }

    var evictionOrder: [Digest] {
      content.sorted { ($0.value.lastAccess, $0.key) < ($1.value.lastAccess, $1.key) }.map(\.key)
    }
  }

  enum Change: Sendable, CaseIterable {
    case putContent, removeContent, touch, putTag, removeTag, grant, revoke, putReferrers, removeReferrers, refused
  }

  let fixture = TestStore()
  let digests = (0..<12).map { digest("\($0)", $0 % 3 == 0 ? .sha512 : .sha256) }
  let repositories: [Repository]
  let tags: [OCI.Tag]

  init() throws {
    repositories = try ["docker.io/a", "docker.io/a/b", "localhost:5000/a"].map(repository) + [.longest()]
    tags = try ["1", "1.2", "latest"].map(tag)
  }

  @Test func theIndexAgreesWithTheModel() async throws {
    var random = SeededGenerator(seed: .random(in: 0 ... .max))
    var model = Model()
    var opened: Store? = try fixture.open()
    for step in 0..<1_500 {
      try await change(#require(opened), &model, &random)
      if step % 100 == 99 { try compare(#require(opened), model, "\(random), step \(step)") }
      if step % 500 == 499 {
        await opened?.close()
        opened = nil
        opened = try fixture.open()
        try compare(#require(opened), model, "\(random), reopened at step \(step)")
      }
    }
    await opened?.close()
  }

  private func change(_ store: Store, _ model: inout Model, _ random: inout SeededGenerator) async throws {
    let digest = digests[Int.random(in: digests.indices, using: &random)]
    let repository = repositories[Int.random(in: repositories.indices, using: &random)]
    let tag = tags[Int.random(in: tags.indices, using: &random)]
    let number = Int64.random(in: 0..<100, using: &random)
    let descriptors = digests.filter { _ in Bool.random(using: &random) }.sorted().map {
      Descriptor(mediaType: .ociManifest, digest: $0, size: RemoteSize(clamping: number))
    }
    let change = Change.allCases.randomElement(using: &random) ?? .refused
    let apply: @Sendable (borrowing IndexWrite) throws(StoreError) -> Void = { (index) throws(StoreError) in
      switch change {
      case .putContent: try index.putContent(digest, ContentRecord(size: number, lastAccess: number))
      case .removeContent: try index.removeContent(digest)
      case .touch: try index.touch(digest, at: number)
      case .putTag:
        try index.putTag(repository, tag, TagRecord(digest: digest, fetchedAt: number, checkedAt: number))
      case .removeTag: try index.removeTag(repository, tag)
      case .grant: try index.grant(repository, digest, GrantRecord(grantedAt: number))
      case .revoke: try index.revoke(repository, digest)
      case .putReferrers:
        let record = ReferrersRecord(referrers: descriptors.map(Referrer.init), checkedAt: number)
        try index.putReferrers(repository, subject: digest, record)
      case .removeReferrers: try index.removeReferrers(repository, subject: digest)
      case .refused:
        try index.putContent(digest, ContentRecord(size: 1_000_000, lastAccess: 0))
        throw .contentMissing(digest)
      }
    }
    do throws(StoreError) { try await store.write(apply) } catch { #expect(error == .contentMissing(digest)) }
    switch change {
    case .putContent: model.content[digest] = ContentRecord(size: number, lastAccess: number)
    case .removeContent: model.remove(digest)
    case .touch:
      let last = model.content[digest]?.lastAccess ?? 0
      model.content[digest]?.lastAccess = max(number, last)
    case .putTag:
      model.tags[repository, default: [:]][tag] = TagRecord(digest: digest, fetchedAt: number, checkedAt: number)
    case .removeTag: model.tags[repository]?[tag] = nil
    case .grant:
      if model.content[digest] != nil {
        model.grants[repository, default: [:]][digest] = GrantRecord(grantedAt: number)
      }
    case .revoke: model.grants[repository]?[digest] = nil
    case .putReferrers:
      model.referrers[repository, default: [:]][digest] = ReferrersRecord(
        referrers: descriptors.map(Referrer.init),
        checkedAt: number
      )
    case .removeReferrers: model.referrers[repository]?[digest] = nil
    case .refused: break
    }
  }

  private func compare(_ store: Store, _ model: Model, _ context: Comment) throws {
    #expect(store.totals == model.totals, context)
    for digest in digests { #expect(try store.content(digest) == model.content[digest], context) }
    for repository in repositories {
      let tags = model.tags[repository] ?? [:]
      #expect(try store.tags(in: repository).map(\.0) == tags.keys.sorted(), context)
      for tag in self.tags { #expect(try store.tag(repository, tag) == tags[tag], context) }
      for digest in digests {
        let lookup = ContentLookup(record: model.content[digest], grant: model.grants[repository]?[digest])
        #expect(try store.lookUp(digest, grantedTo: repository) == lookup, context)
        #expect(
          try store.referrers(repository, subject: digest) == model.referrers[repository]?[digest],
          context
        )
      }
    }
    let known = model.tags.filter { !$0.value.isEmpty }.keys.sorted()
    #expect(try store.repositories() == known, context)
    let stored = try store.environment.read { (transaction) throws(StoreError) in
      var order: [Digest] = []
      try store.tables.scan(store.tables.recency, prefix: [], transaction) { (key, _) throws(StoreError) in
        if let digest = Digest(endOf: key, after: UInt8(ascii: " ")) { order.append(digest) }
        return .next
      }
      return order
    }
    #expect(stored == model.evictionOrder, context)
  }
}
