import Foundation
import Logging
import OCI
import Store
import Testing

@testable import PullThrough

/// Writes that clients do not wait for, over a real store.
@Suite final class WriteBehindQueueTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)").path
  private let store: Store
  private let repository: Repository
  private let tag: OCI.Tag
  private let digest = Digest.of([1, 2, 3])

  init() throws {
    store = try Store.open(StoreOptions(path: path), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    repository = Repository(upstream: try UpstreamName(parsing: "hub"), name: try RepositoryName(parsing: "a/b"))
    tag = try Tag(parsing: "1")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private func pending(maxBytes: Int = 1 << 20) -> WriteBehindQueue {
    var limits = Limits()
    limits.pendingWriteBytes = maxBytes
    return WriteBehindQueue(to: store, limits: limits)
  }

  private func item(_ digest: Digest) -> WriteBehindOverlay.Item {
    let record = TagRecord(digest: digest, fetchedAt: 1, checkedAt: 1)
    let grants = [digest: GrantRecord(grantedAt: 1)]
    return WriteBehindOverlay.Item(repository: repository, tag: (tag, record), grants: grants)
  }

  /// Writes what an item says, as its users do, once `disk` has ended.
  private func writing(_ item: WriteBehindOverlay.Item, after disk: AsyncStream<Void>? = nil)
    -> @Sendable () async -> Void
  {
    { [store] in
      if let disk { for await _ in disk {} }
      try? await store.write { (index) throws(StoreError) in
        // Grants are of content that is held.
        for digest in item.grants.keys { try index.putContent(digest, ContentRecord(size: 3, lastAccess: 1)) }
        for (digest, grant) in item.grants { try index.grant(item.repository, digest, grant) }
        if let tag = item.tag { try index.putTag(item.repository, tag.name, tag.record) }
      }
    }
  }

  @Test func whatIsKnownCountsWhileTheDiskIsAwaited() async throws {
    let pending = pending()
    let (disk, release) = AsyncStream.makeStream(of: Void.self)
    let item = item(digest)
    await pending.begin(item, writing(item, after: disk))
    #expect(try store.tag(repository, tag) == nil)
    #expect(try pending.tag(repository, tag)?.digest == digest)
    #expect(try pending.lookUp(digest, grantedTo: repository).grant == GrantRecord(grantedAt: 1))
    release.finish()
    await pending.flush()
    #expect(try store.tag(repository, tag)?.digest == digest)
    #expect(try pending.lookUp(digest, grantedTo: repository) == store.lookUp(digest, grantedTo: repository))
  }

  @Test func aTagsWritesKeepTheirOrder() async throws {
    let pending = pending()
    let (disk, release) = AsyncStream.makeStream(of: Void.self)
    let (first, second) = (item(digest), item(Digest.of([4])))
    await pending.begin(first, writing(first, after: disk))
    await pending.begin(second, writing(second))
    release.finish()
    await pending.flush()
    #expect(try store.tag(repository, tag)?.digest == Digest.of([4]))
  }

  @Test func whenTooMuchIsOnItsWayTheDiskIsAwaited() async throws {
    let pending = pending(maxBytes: 1)
    let item = item(digest)
    await pending.begin(item, writing(item))
    #expect(try store.tag(repository, tag)?.digest == digest)
  }
}
