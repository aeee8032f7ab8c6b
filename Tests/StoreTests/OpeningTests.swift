import Foundation
import LMDB
import Testing

@testable import Store

@Suite struct OpeningTests {
  let fixture = TestStore()

  private func mode(_ name: String = "") throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path + name)
    return (attributes[.posixPermissions] as? Int ?? 0) & 0o777
  }

  @Test func aNewStoreIsMadeForItsOwnerAlone() async throws {
    let store = try fixture.open()
    for name in ["", "/content", "/staging", "/index"] { #expect(try mode(name) == 0o700, "\(name)") }
    #expect(try mode("/index/data.mdb") == 0o600)
    #expect(store.totals == StoreTotals())
    await store.close()
  }

  @Test func directoriesAboveAreMadeToo() async throws {
    let store = try fixture.open { $0.path += "/deep/er" }
    await store.close()
  }

  @Test func aStoreThatOthersMayReadIsNarrowed() async throws {
    try FileManager.default.createDirectory(atPath: fixture.path, withIntermediateDirectories: false)
    chmod(fixture.path, 0o755)
    await (try fixture.open()).close()
    #expect(try mode() == 0o700)
  }

  @Test func aStoreHasOneOwner() async throws {
    let store = try fixture.open()
    let error = #expect(throws: StoreError.self) { try fixture.open() }
    #expect(error == .inUse(path: fixture.path, processID: getpid()))
    #expect(error?.description.contains(fixture.path) == true)
    #expect(error?.description.contains("process \(getpid())") == true)
    await store.close()
  }

  @Test func aClosedStoreCanBeOpenedAgainWithWhatItHeld() async throws {
    var store: Store? = try fixture.open()
    let digest = try #require(try await store?.keep([1, 2, 3]))
    await store?.close()
    store = nil
    let again = try fixture.open()
    #expect(try again.bytes(of: digest) == [1, 2, 3])
    #expect(again.totals == StoreTotals(bytes: 3, count: 1))
    await again.close()
  }

  @Test func aClosedStoreRefuses() async throws {
    let store = try fixture.open()
    await store.close()
    await #expect(throws: StoreError.closed) { try await store.write { _ throws(StoreError) in } }
    #expect(throws: StoreError.closed) { try store.content(digest("a")) }
  }

  @Test func theStoreOfAnotherUserIsRefused() throws {
    try #require(geteuid() == 0, "only root can give a directory away")
    try FileManager.default.createDirectory(atPath: fixture.path, withIntermediateDirectories: false)
    try #require(chown(fixture.path, 12_345, 12_345) == 0)
    #expect(throws: StoreError.foreignOwner(path: fixture.path, userID: 12_345)) { try fixture.open() }
  }

  @Test(arguments: [OpenIndex.oldestSchema - 1, OpenIndex.schema + 1])
  func anotherSchemaIsRefusedAndLeftAlone(found: UInt32) async throws {
    var store: Store? = try fixture.open()
    try await store?.write { (index) throws(StoreError) in
      try index.put(index.tables.meta, MetaKey.schema, SchemaRecord(schema: found))
    }
    await store?.close()
    store = nil
    let expected: StoreError =
      found < OpenIndex.schema
      ? .olderSchema(path: fixture.path, found: found, supported: OpenIndex.schema)
      : .newerSchema(path: fixture.path, found: found, supported: OpenIndex.schema)
    #expect(throws: expected) { try fixture.open() }
    #expect(throws: expected) { try fixture.open() }
    #expect(throws: expected) { try StoreCheck.run(path: fixture.path, hashing: false) }
  }

  @Test(arguments: ["content", "staging", "index", "lock"]) func aPlantedLinkIsNotFollowed(name: String) throws {
    let elsewhere = TestStore()
    for path in [fixture.path, elsewhere.path] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    try FileManager.default.createSymbolicLink(
      atPath: fixture.path + "/" + name,
      withDestinationPath: name == "lock" ? elsewhere.path + "/file" : elsewhere.path
    )
    #expect(throws: StoreError.self) { try fixture.open() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path).isEmpty)
  }

  @Test func aPlantedIndexFileIsNotFollowed() throws {
    let elsewhere = TestStore()
    for path in [fixture.path, elsewhere.path, fixture.path + "/index"] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    try FileManager.default.createSymbolicLink(
      atPath: fixture.path + "/index/data.mdb",
      withDestinationPath: elsewhere.path + "/data.mdb"
    )
    #expect(throws: StoreError.system(FileFailure(.open, .index, code: ELOOP))) { try fixture.open() }
  }
}
