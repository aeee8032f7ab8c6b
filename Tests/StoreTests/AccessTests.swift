import LMDB
import OCI
import Testing

@testable import Store

@Suite struct AccessTests {
  let fixture = TestStore()

  /// Contents in the order of eviction.
  private func order(_ store: Store) throws -> [Digest] {
    try store.environment.read { (transaction) throws(StoreError) in
      var order: [Digest] = []
      try store.tables.scan(store.tables.recency, prefix: [], transaction) { (key, _) throws(StoreError) in
        if let digest = Digest(endOf: key, after: UInt8(ascii: " ")) { order.append(digest) }
        return .next
      }
      return order
    }
  }

  @Test func theClockKeepsTheLatestTimeAndSortsByKey() {
    var clock = AccessLog()
    let digests = (0..<5).map { digest("\($0)") }
    for (seconds, digest) in digests.enumerated() { clock.note(digest, at: Int64(seconds)) }
    clock.note(digests[0], at: 9)
    clock.note(digests[0], at: 3)
    #expect(clock.count == 5)
    #expect(clock.lastAccess(to: digests[0]) == 9)
    #expect(clock.lastAccess(to: digest("other")) == nil)
    let chunks = clock.take(chunkSize: 2)
    #expect(chunks.map(\.count) == [2, 2, 1])
    #expect(chunks.joined().map(\.digest) == digests.sorted())
    #expect(chunks.joined().first { $0.digest == digests[0] }?.seconds == 9)
    #expect(clock.count == 0)
    #expect(clock.take(chunkSize: 2).isEmpty)
  }

  @Test func servedContentMovesToTheYoungEnd() async throws {
    let store = try fixture.open()
    var digests: [Digest] = []
    for byte: UInt8 in 0..<3 {
      digests.append(try await store.keep([byte]))
      fixture.advance(10)
    }
    #expect(try order(store) == digests)
    store.recordAccess(digests[0])
    store.recordAccess(digest("not held"))
    #expect(try order(store) == digests, "a hit costs no write")
    await store.flushAccessTimes()
    #expect(try order(store) == [digests[1], digests[2], digests[0]])
    #expect(try store.content(digests[0])?.lastAccess == 1_030)
    #expect(try store.content(digest("not held")) == nil)
    await store.close()
  }

  @Test func anOlderTimeChangesNothing() async throws {
    let store = try fixture.open()
    let digest = try await store.keep([1])
    try await store.write { (index) throws(StoreError) in try index.touch(digest, at: 5) }
    #expect(try store.content(digest)?.lastAccess == 1_000)
    #expect(try order(store) == [digest])
  }

  @Test func closingWritesWhatIsNoted() async throws {
    var store: Store? = try fixture.open()
    let digest = try #require(try await store?.keep([1]))
    fixture.advance(50)
    store?.recordAccess(digest)
    await store?.close()
    store = nil
    #expect(try fixture.open().content(digest)?.lastAccess == 1_050)
  }

  @Test func manyAccessesAreWrittenInSeveralCommits() async throws {
    let store = try fixture.open()
    let digests = (0..<4_500).map { digest("\($0)") }
    try await store.write { (index) throws(StoreError) in
      for digest in digests { try index.putContent(digest, ContentRecord(size: 1, lastAccess: 1)) }
    }
    for digest in digests { store.recordAccess(digest) }
    await store.flushAccessTimes()
    for digest in digests { #expect(try store.content(digest)?.lastAccess == 1_000) }
    #expect(try order(store).count == 4_500)
  }
}
