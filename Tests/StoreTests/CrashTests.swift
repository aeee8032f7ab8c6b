import Foundation
import LMDB
import OCI
import Testing

@testable import Store

/// What a kill between any two steps leaves behind, and how the next start takes it.
@Suite struct CrashTests {
  let fixture = TestStore()

  /// Opens the store, lets it die in the middle of `body` (as far as the disk can tell), and opens it again.
  private func dying(in body: (Store) async throws -> Void) async throws -> Store {
    let store = try fixture.open()
    try await body(store)
    store.environment.close()
    store.directory.unlock()
    return try fixture.open()
  }

  @Test func whileReceiving() async throws {
    let again = try await dying { store in
      let staging = try store.createStaging(for: digest("x"), expectedSize: 10)
      try ([1, 2, 3] as [UInt8]).withUnsafeBytes { try staging.write($0, at: 0) }
    }
    #expect(try again.content(digest("x")) == nil)
    #expect(again.totals == StoreTotals())
    #expect(try again.resumeStaging(for: digest("x"), from: UpstreamName.example)?.resumed.total ?? 0 > 0)
    await again.close()
  }

  @Test func betweenFileAndRow() async throws {
    let bytes: [UInt8] = [1, 2, 3]
    let again = try await dying { store in _ = try store.stageAndPublish(bytes) }
    #expect(try again.content(.of(bytes)) == nil, "a file without a row is not held")
    #expect(again.totals == StoreTotals())
    try await again.keep(bytes)
    #expect(try again.bytes(of: .of(bytes)) == bytes)
    await again.close()
  }

  @Test func betweenRowAndRemovalOfTheFile() async throws {
    let again = try await dying { store in
      let digest = try await store.keep([1])
      let copy = try Data(contentsOf: URL(filePath: fixture.file(of: digest)))
      try await store.write { (index) throws(StoreError) in try index.removeContent(digest) }
      await store.shards.finishRemovals()
      try copy.write(to: URL(filePath: fixture.file(of: digest)))
    }
    #expect(try again.content(.of([1])) == nil)
    await again.close()
  }

  @Test func withAccessesInMemory() async throws {
    let again = try await dying { store in
      let digest = try await store.keep([1])
      fixture.advance(100)
      store.recordAccess(digest)
    }
    #expect(try again.content(.of([1]))?.lastAccess == 1_000, "only the order of eviction suffers")
    await again.close()
  }

  @Test func whatWasAcknowledgedIsThere() async throws {
    let alpine = try repository("docker.io/library/alpine")
    let three = try tag("3")
    let again = try await dying { store in
      let digest = try await store.keep([1], mediaType: .ociManifest)
      try await store.write { (index) throws(StoreError) in
        try index.putTag(alpine, three, TagRecord(digest: digest, fetchedAt: 1, checkedAt: 1))
        try index.grant(alpine, digest, GrantRecord(grantedAt: 1))
      }
    }
    let digest = try #require(try again.tag(alpine, three)?.digest)
    #expect(try again.bytes(of: digest) == [1])
    #expect(try again.lookUp(digest, grantedTo: alpine).grant != nil)
    #expect(again.totals == StoreTotals(bytes: 1, count: 1))
    await again.close()
  }

  @Test func withARowWhoseFileIsGone() async throws {
    let again = try await dying { store in
      let digest = try await store.keep([1])
      try FileManager.default.removeItem(atPath: fixture.file(of: digest))
    }
    #expect(throws: StoreError.contentMissing(.of([1]))) { try again.bytes(of: .of([1])) }
    try await again.consume()
    #expect(try again.content(.of([1])) == nil)
    try await again.keep([1])
    #expect(try again.bytes(of: .of([1])) == [1])
    await again.close()
  }
}
