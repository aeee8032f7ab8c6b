import Foundation
import LMDB
import Logging
import OCI
import Synchronization
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(1))) struct OrphanSweepTests {
  let fixture = TestStore()

  init() { fixture.useRealTime() }

  @Test func onlyFilesWithoutRowsGo() async throws {
    let store = try fixture.open()
    let held = try await store.keep([1])
    let orphan = try store.stageAndPublish([2, 2])
    store.shards.committed(put: [orphan], removed: [])
    fixture.advance(60)
    let report = try await store.sweepOrphans(olderThan: 30, filesPerSecond: nil)
    #expect(report.removed == StoreTotals(bytes: 2, count: 1))
    #expect(!FileManager.default.fileExists(atPath: fixture.file(of: orphan)))
    #expect(try store.bytes(of: held) == [1])
    await store.close()
  }

  @Test func aFileWhoseRowIsOnItsWayStays() async throws {
    let store = try fixture.open()
    let arriving = try store.stageAndPublish([2])
    fixture.advance(60)
    #expect(try await store.sweepOrphans(olderThan: 30, filesPerSecond: nil).removed == StoreTotals())
    #expect(FileManager.default.fileExists(atPath: fixture.file(of: arriving)))
    await store.close()
  }

  @Test func aYoungFileStays() async throws {
    let store = try fixture.open()
    let young = try store.stageAndPublish([2])
    store.shards.committed(put: [young], removed: [])
    #expect(try await store.sweepOrphans(olderThan: 30, filesPerSecond: nil).removed == StoreTotals())
    await store.close()
  }

  @Test func whatIsNotTheStoresIsLeftAlone() async throws {
    let store = try fixture.open()
    let held = try await store.keep([1])
    let beside = (fixture.file(of: held) as NSString).deletingLastPathComponent + "/README"
    try Data([1]).write(to: URL(filePath: beside))
    try Data([1]).write(to: URL(filePath: fixture.path + "/content/notes"))
    fixture.advance(60)
    let report = try await store.sweepOrphans(olderThan: 30, filesPerSecond: nil)
    #expect(report.removed == StoreTotals())
    #expect(report.foreign.map { ($0 as NSString).lastPathComponent } == ["README"])
    #expect(FileManager.default.fileExists(atPath: beside))
    await store.close()
  }

  @Test func afterAKillOrphansAreSweptByThemselves() async throws {
    let store = try fixture.open()
    let orphan = try store.stageAndPublish([2, 2])
    store.environment.close()
    store.directory.unlock()
    fixture.advance(7_200)
    let again = try fixture.open()
    while FileManager.default.fileExists(atPath: fixture.file(of: orphan)) { await Task.yield() }
    await again.close()
  }

  @Test func afterAnOrderlyStopNothingIsWalked() async throws {
    let store = try fixture.open()
    await store.tidied()
    await store.close()
    let orphan = fixture.file(of: digest("orphan"))
    try FileManager.default.createDirectory(
      atPath: (orphan as NSString).deletingLastPathComponent,
      withIntermediateDirectories: true
    )
    try Data([1]).write(to: URL(filePath: orphan))
    fixture.advance(7_200)
    let again = try fixture.open()
    await again.tidied()
    #expect(FileManager.default.fileExists(atPath: orphan))
    await again.close()
  }
}

@Suite(.timeLimit(.minutes(1))) struct IndexRebuildTests {
  let fixture = TestStore()
  static let manifest = Array(
    #"""
    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
    "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"\#(digest("c"))","size":1},"layers":[]}
    """#.utf8
  )

  /// Damages the index of a closed store.
  private func damageIndex(_ bytes: Data = Data(repeating: 0x5A, count: 16_384)) throws {
    let file = try FileHandle(forWritingTo: URL(filePath: fixture.path + "/index/data.mdb"))
    try file.write(contentsOf: bytes)
    try file.close()
  }

  @Test func aDamagedIndexIsPutAsideAndRebuilt() async throws {
    let store = try fixture.open()
    let blob = try await store.keep([1, 2, 3])
    let manifest = try await store.keep(Self.manifest, mediaType: .ociManifest)
    let text = try await store.keep(Array("{ is not JSON".utf8))
    await store.close()
    try damageIndex()

    let again = try fixture.open()
    await again.tidied()
    #expect(again.totals == StoreTotals(bytes: Int64(3 + 13 + Self.manifest.count), count: 3))
    #expect(try again.bytes(of: blob) == [1, 2, 3])
    #expect(try again.content(blob)?.mediaType == nil)
    #expect(try again.content(manifest)?.mediaType == .ociManifest)
    #expect(try again.content(text)?.mediaType == nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: fixture.path)
    #expect(names.contains { $0.hasPrefix("index.damaged-") }, "people may want to look at it")
    await again.close()

    let last = try fixture.open()
    await last.tidied()
    #expect(last.totals.count == 3, "and it is rebuilt once only")
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path).count == names.count)
    await last.close()
  }

  @Test func rebuildingGoesOnAfterAKill() async throws {
    let store = try fixture.open()
    let digest = try await store.keep([1, 2, 3])
    await store.close()
    try damageIndex()
    var index: OpenIndex? = try OpenIndex(in: StoreDirectory(path: fixture.path), fixture.options()) { _, _ in }
    #expect(index?.marks.isRebuilding == true)
    index?.environment.close()
    index = nil

    let again = try fixture.open()
    await again.tidied()
    #expect(try again.bytes(of: digest) == [1, 2, 3])
    await again.close()
  }

  @Test func anIndexFoundDamagedWhileRunningIsRebuiltByTheNextRun() async throws {
    let told = Told()
    let store = try fixture.open { $0.onIndexFailure = { told.note($0) } }
    let digest = try await store.keep([1])
    try await store.write { (index) throws(StoreError) in
      try index.put(index.tables.content, IndexKey.content(digest), [99])
    }
    #expect(throws: StoreError.damagedRecord(table: "content")) { try store.content(digest) }
    #expect(told.errors == [.damagedRecord(table: "content")])
    await #expect(throws: StoreError.indexIsReadOnly) { try await store.write { _ throws(StoreError) in } }
    await store.close()

    let again = try fixture.open()
    await again.tidied()
    #expect(try again.bytes(of: digest) == [1])
    await again.close()
  }

  @Test func contentKeptWhileRebuildingIsNotOverwritten() async throws {
    let store = try fixture.open()
    let digest = try await store.keep(Self.manifest, mediaType: .ociIndex)
    try await store.rebuildIndex()
    #expect(try store.content(digest)?.mediaType == .ociIndex)
    #expect(store.totals.count == 1)
    await store.close()
  }

  /// What the store told of its failure.
  final class Told: Sendable {
    private let all = Mutex<[StoreError]>([])
    var errors: [StoreError] { all.withLock { $0 } }
    func note(_ error: StoreError) { all.withLock { $0.append(error) } }
  }
}

@Suite(.timeLimit(.minutes(1))) struct ScrubTests {
  let fixture = TestStore()

  @Test func rotIsFoundAndDropped() async throws {
    let store = try fixture.open()
    let large = [UInt8](repeating: 7, count: 9 << 20)
    let (sound, big) = (try await store.keep([1, 2]), try await store.keep(large))
    let (flipped, short, gone) = (try await store.keep([3]), try await store.keep([4, 4]), try await store.keep([5]))
    let later = try await store.keep([UInt8](repeating: 8, count: 5 << 20))
    try Data([0]).write(to: URL(filePath: fixture.file(of: flipped)))
    try Data([4]).write(to: URL(filePath: fixture.file(of: short)))
    try FileManager.default.removeItem(atPath: fixture.file(of: gone))
    let file = try FileHandle(forUpdating: URL(filePath: fixture.file(of: later)))
    try file.seek(toOffset: 5 << 20 - 1)
    try file.write(contentsOf: Data([9]))
    try file.close()

    let report = try await store.scrub(bytesPerSecond: nil)
    #expect(report.sound == StoreTotals(bytes: Int64(2 + large.count), count: 2))
    #expect(report.damaged == [flipped, later].sorted())
    #expect(report.missing == [short, gone].sorted())
    #expect(report.unreadable.isEmpty)
    #expect(!report.isClean)
    try await store.consume()
    for digest in [flipped, short, gone, later] { #expect(try store.content(digest) == nil) }
    for digest in [sound, big] { #expect(try store.content(digest) != nil) }
    #expect(try await store.scrub(bytesPerSecond: nil).isClean)
    await store.close()
  }

  @Test func contentFetchedAgainDuringAScrubStays() async throws {
    let store = try fixture.open()
    let digest = try await store.keep([3])
    let record = try #require(try store.content(digest))
    let rotten = try store.open(digest, record).inode
    _ = try store.stageAndPublish([3])
    store.invalidate(digest) { shards, _ in (try? shards.open(digest)?.inode) == rotten }
    try await store.consume()
    #expect(try store.bytes(of: digest) == [3])
    await store.close()
  }

  @Test func moreThanAPageIsScrubbed() async throws {
    let store = try fixture.open()
    try await store.write { (index) throws(StoreError) in
      for number in 0..<2_500 { try index.putContent(digest("\(number)"), ContentRecord(size: 1, lastAccess: 0)) }
    }
    #expect(try await store.scrub(bytesPerSecond: nil).missing.count == 2_500)
    await store.close()
  }

  @Test func thePaceIsKept() {
    var pace = Pace(perSecond: 1_000)
    #expect(pace.wait(after: 500, elapsed: .zero) == .milliseconds(500))
    #expect(pace.wait(after: 500, elapsed: .milliseconds(600)) == .milliseconds(400))
    #expect(pace.wait(after: 1, elapsed: .seconds(9)) == .zero)
    #expect(pace.wait(after: 1_000_000, elapsed: .seconds(9)) == .seconds(10), "at most at a time")
    var unbound = Pace(perSecond: nil)
    #expect(unbound.wait(after: .max, elapsed: .zero) == .zero)
  }
}
