import Foundation
import OCI
import Testing

@testable import Store

@Suite struct StoreCheckTests {
  let fixture = TestStore()

  private func check(hashing: Bool = false) throws -> StoreCheckReport {
    try StoreCheck.run(path: fixture.path, hashing: hashing)
  }

  @Test func aSoundStoreIsSound() async throws {
    let store = try fixture.open()
    let pinned = try await store.keep([1, 2])
    try await store.keep([3])
    try await store.pin(try #require(PinKey("p")), [pinned: 2])
    await store.close()
    let report = try check(hashing: true)
    #expect(report.isSound)
    #expect(report.listed == StoreTotals(bytes: 3, count: 2))
    #expect(report.orphans.count == 0)
    #expect(report.stagingFiles == 0)
  }

  @Test func filesAreHeldAgainstRows() async throws {
    let store = try fixture.open()
    let (missing, short, flipped) = (
      try await store.keep([1]), try await store.keep([2, 2]), try await store.keep([3])
    )
    let orphan = try store.stageAndPublish([4])
    _ = try store.createStaging(for: digest("s"), expectedSize: nil)
    await store.close()
    try FileManager.default.removeItem(atPath: fixture.file(of: missing))
    try Data([2]).write(to: URL(filePath: fixture.file(of: short)))
    try Data([0]).write(to: URL(filePath: fixture.file(of: flipped)))

    let quick = try check()
    #expect(quick.missing.first == [missing])
    #expect(quick.wrongLength.first == [short])
    #expect(quick.damaged.count == 0, "bytes are only read when asked")
    #expect(quick.orphans.first == [orphan])
    #expect(quick.stagingFiles == 1)
    #expect(!quick.isSound)
    #expect(try check(hashing: true).damaged.first == [flipped])
    #expect(try check() == quick, "looking changes nothing")
  }

  @Test func theOrderOfEvictionIsHeldAgainstRows() async throws {
    let store = try fixture.open()
    let (lost, moved) = (try await store.keep([1]), try await store.keep([2]))
    try await store.write { (index) throws(StoreError) in
      try index.delete(index.tables.recency, IndexKey.recency(1_000, lost))
      try index.delete(index.tables.recency, IndexKey.recency(1_000, moved))
      try index.put(index.tables.recency, IndexKey.recency(7, moved), [])
      try index.put(index.tables.recency, IndexKey.recency(8, digest("unknown")), [])
    }
    await store.close()
    let report = try check()
    #expect(!report.isSound)
    #expect(Set(report.misplaced.first) == [lost, moved, digest("unknown")])
  }

  @Test func wrongTotalsAreSeen() async throws {
    let store = try fixture.open()
    try await store.keep([1])
    try await store.write { (index) throws(StoreError) in
      try index.put(index.tables.meta, MetaKey.totals, StoreTotals(bytes: 5, count: 5))
    }
    await store.close()
    let report = try check()
    #expect(!report.isSound)
    #expect(report.recordedTotals == StoreTotals(bytes: 5, count: 5))
  }

  @Test func aStoreInUseIsLeftAlone() async throws {
    let store = try fixture.open()
    #expect(throws: StoreError.inUse(path: fixture.path, processID: getpid())) { try check() }
    await store.close()
  }

  @Test func whatIsNoStoreIsSaidSoAndNotMadeOne() throws {
    #expect(throws: StoreError.system(FileFailure(.open, .store, code: ENOENT))) { try check() }
    try FileManager.default.createDirectory(atPath: fixture.path, withIntermediateDirectories: false)
    #expect(throws: StoreError.system(FileFailure(.open, .lock, code: ENOENT))) { try check() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path).isEmpty)
  }
}
