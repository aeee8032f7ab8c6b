import Foundation
import OCI
import Testing

@testable import Store

@Suite struct ContentTests {
  let fixture = TestStore()
  let store: Store

  init() throws { store = try fixture.open() }

  @Test(arguments: DigestAlgorithm.allCases) func whatIsKeptIsServed(algorithm: DigestAlgorithm) async throws {
    let bytes = Array("some layer".utf8)
    let digest = Digest.of(bytes, algorithm)
    let staging = try store.createStaging(for: digest, expectedSize: nil)
    try bytes.withUnsafeBytes { try staging.write($0, at: 0) }
    try store.publish(staging, as: digest, size: Int64(bytes.count))
    #expect(try store.content(digest) == nil, "nobody sees content before its row")
    let record = ContentRecord(size: Int64(bytes.count), mediaType: .ociManifest, lastAccess: 5)
    try await store.write { (index) throws(StoreError) in try index.putContent(digest, record) }
    #expect(try store.content(digest) == record)
    #expect(try store.bytes(of: digest) == bytes)
    #expect(FileManager.default.fileExists(atPath: fixture.file(of: digest)))
    #expect(fixture.staged.isEmpty)
  }

  @Test func emptyContentIsContent() async throws {
    let digest = try await store.keep([])
    #expect(try store.bytes(of: digest) == [])
  }

  @Test func totalsFollowEveryChange() async throws {
    let first = try await store.keep([1, 2, 3])
    try await store.keep([4, 5])
    #expect(store.totals == StoreTotals(bytes: 5, count: 2))
    try await store.keep([1, 2, 3])
    #expect(store.totals == StoreTotals(bytes: 5, count: 2), "the same once more is no more")
    try await store.write { (index) throws(StoreError) in try index.removeContent(first) }
    #expect(store.totals == StoreTotals(bytes: 2, count: 1))
  }

  @Test func removedContentGoesButItsReadersKeepIt() async throws {
    let digest = try await store.keep([7, 8])
    let record = try #require(try store.content(digest))
    let file = try store.open(digest, record)
    let (first, second) = try await store.write { (index) throws(StoreError) in
      (try index.removeContent(digest), try index.removeContent(digest))
    }
    #expect(first)
    #expect(!second)
    try await store.consume()
    #expect(try store.content(digest) == nil)
    #expect(!FileManager.default.fileExists(atPath: fixture.file(of: digest)))
    #expect(file.bytes == [7, 8])
  }

  @Test func contentRemovedAndKeptAgainInOneChangeStays() async throws {
    let digest = try await store.keep([7, 8])
    try await store.write { (index) throws(StoreError) in
      let record = try index.content(digest)
      try index.removeContent(digest)
      if let record { try index.putContent(digest, record) }
    }
    try await store.consume()
    #expect(try store.bytes(of: digest) == [7, 8])
  }

  @Test func contentPublishedAnewBeforeItsRemovalIsDoneStays() async throws {
    let digest = try await store.keep([7, 8])
    _ = try store.stageAndPublish([7, 8])
    try await store.write { (index) throws(StoreError) in try index.removeContent(digest) }
    try await store.consume()
    #expect(FileManager.default.fileExists(atPath: fixture.file(of: digest)), "its row is still to come")
    let record = ContentRecord(size: 2, lastAccess: 0)
    try await store.write { (index) throws(StoreError) in try index.putContent(digest, record) }
    #expect(try store.bytes(of: digest) == [7, 8])
  }

  @Test func aMissingFileIsDroppedAndMayBeKeptAgain() async throws {
    let digest = try await store.keep([1])
    try FileManager.default.removeItem(atPath: fixture.file(of: digest))
    #expect(throws: StoreError.contentMissing(digest)) { try store.bytes(of: digest) }
    try await store.consume()
    #expect(try store.content(digest) == nil)
    #expect(store.totals == StoreTotals())
    try await store.keep([1])
    #expect(try store.bytes(of: digest) == [1])
  }

  @Test func missingContentIsNotHeldFromTheMomentItIsFound() async throws {
    let digest = try await store.keep([1])
    let record = try #require(try store.content(digest))
    try FileManager.default.removeItem(atPath: fixture.file(of: digest))
    #expect(throws: StoreError.contentMissing(digest)) { try store.open(digest, record) }
    #expect(try store.content(digest) == nil)
    #expect(try store.lookUp(digest, grantedTo: repository("docker.io/a")).record == nil)
    try await store.keep([1])
    #expect(try store.content(digest) != nil, "fetched again, it is held again at once")
    #expect(throws: Never.self) { try store.open(digest, record) }
  }

  @Test func contentFetchedAgainIsNotDroppedByALateSuspicion() async throws {
    let digest = try await store.keep([1])
    store.invalidate(digest) { shards, record in (try? shards.open(digest)?.size) != record.size }
    try await store.consume()
    #expect(try store.bytes(of: digest) == [1])
  }

  @Test func manyReadersOfMissingContentDropItOnce() async throws {
    let digest = try await store.keep([1])
    let record = try #require(try store.content(digest))
    try FileManager.default.removeItem(atPath: fixture.file(of: digest))
    for _ in 0..<100 { #expect(throws: StoreError.contentMissing(digest)) { try store.open(digest, record) } }
    try await store.keep([1])
    try await store.consume()
    #expect(try store.bytes(of: digest) == [1])
    #expect(store.totals == StoreTotals(bytes: 1, count: 1))
  }

  @Test func aMissingShardIsDroppedAndMadeAgain() async throws {
    let digest = try await store.keep([1])
    try FileManager.default.removeItem(atPath: fixture.path + "/content/sha256")
    #expect(throws: StoreError.contentMissing(digest)) { try store.bytes(of: digest) }
    try await store.keep([1])
    #expect(try store.bytes(of: digest) == [1])
  }

  @Test(arguments: [0, 2, 4]) func aFileOfTheWrongLengthIsDropped(length: Int) async throws {
    let digest = try await store.keep([1, 2, 3])
    try Data(repeating: 0, count: length).write(to: URL(filePath: fixture.file(of: digest)))
    #expect(throws: StoreError.contentDamaged(digest, expected: 3, found: Int64(length))) {
      try store.bytes(of: digest)
    }
    try await store.consume()
    #expect(try store.content(digest) == nil)
    #expect(!FileManager.default.fileExists(atPath: fixture.file(of: digest)))
  }

  @Test func whatIsUnreadableIsOutOfUseUntilItIsKeptAgain() async throws {
    let digest = try await store.keep([1])
    let file = try store.open(digest, try #require(try store.content(digest)))
    store.reportUnreadable(file, of: digest)
    try await store.consume()
    #expect(try store.content(digest) == nil)
    #expect(FileManager.default.fileExists(atPath: fixture.file(of: digest)))
    #expect(store.totals == StoreTotals(bytes: 1, count: 1), "another start may read it")
    try await store.keep([1])
    #expect(try store.bytes(of: digest) == [1])
    #expect(store.totals == StoreTotals(bytes: 1, count: 1))
    store.reportUnreadable(file, of: digest)
    #expect(try store.content(digest) != nil, "what was read was the file before this one")
  }

  @Test func whatBecomesShorterWhileItIsServedIsDropped() async throws {
    let digest = try await store.keep([1, 2])
    let file = try store.open(digest, try #require(try store.content(digest)))
    try #require(truncate(fixture.file(of: digest), 1) == 0)
    store.reportUnreadable(file, of: digest)
    #expect(throws: StoreError.contentDamaged(digest, expected: 2, found: 1)) { try store.bytes(of: digest) }
    try await store.consume()
    #expect(!FileManager.default.fileExists(atPath: fixture.file(of: digest)))
  }

  @Test func aLinkInPlaceOfAFileIsNotFollowed() async throws {
    let digest = try await store.keep([1])
    let secret = fixture.path + "/secret"
    try Data([9]).write(to: URL(filePath: secret))
    try FileManager.default.removeItem(atPath: fixture.file(of: digest))
    try FileManager.default.createSymbolicLink(atPath: fixture.file(of: digest), withDestinationPath: secret)
    #expect(throws: StoreError.contentMissing(digest)) { try store.bytes(of: digest) }
    try await store.keep([1])
    #expect(try store.bytes(of: digest) == [1])
  }

  @Test func aLinkInPlaceOfAShardIsNotFollowed() async throws {
    let elsewhere = TestStore()
    try FileManager.default.createDirectory(atPath: elsewhere.path, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: fixture.path + "/content/sha256",
      withDestinationPath: elsewhere.path
    )
    #expect(throws: StoreError.self) { try store.stageAndPublish([1]) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path).isEmpty)
    #expect(fixture.staged.isEmpty)
  }
}
