import Foundation
import OCI
import Testing

@testable import Store

@Suite struct StagingTests {
  let fixture = TestStore()

  private func write(_ bytes: [UInt8], at offset: Int64, to staging: StagingFile) throws {
    try bytes.withUnsafeBytes { try staging.write($0, at: offset) }
  }

  @Test func bytesMayArriveOutOfOrder() throws {
    let store = try fixture.open()
    let staging = try store.createStaging(for: digest("x"), expectedSize: 6)
    try write([4, 5, 6], at: 3, to: staging)
    try write([1, 2, 3], at: 0, to: staging)
    try store.publish(staging, as: digest("x"), size: 6)
    #expect(try Data(contentsOf: URL(filePath: fixture.file(of: digest("x")))) == Data([1, 2, 3, 4, 5, 6]))
  }

  @Test func theWrongLengthIsNotPublished() throws {
    let store = try fixture.open()
    let staging = try store.createStaging(for: digest("x"), expectedSize: 3)
    try write([1, 2], at: 0, to: staging)
    #expect(throws: StoreError.stagedSizeDiffers(digest("x"), expected: 3, found: 2)) {
      try store.publish(staging, as: digest("x"), size: 3)
    }
    #expect(fixture.staged.count == 1, "the rest may still arrive")
  }

  @Test func publishingEndsTheStagingFile() throws {
    let store = try fixture.open()
    let staging = try store.createStaging(for: digest("x"), expectedSize: 0)
    try store.publish(staging, as: digest("x"), size: 0)
    #expect(throws: StoreError.stagingEnded(digest("x"))) { try store.publish(staging, as: digest("x"), size: 0) }
    staging.discard()
    #expect(FileManager.default.fileExists(atPath: fixture.file(of: digest("x"))))
  }

  @Test func publishingTwiceTheSameContentLeavesTheLater() async throws {
    let store = try fixture.open()
    let digest = try await store.keep([1, 2])
    let reader = try store.open(digest, try #require(try store.content(digest)))
    try Data([9, 9]).write(to: URL(filePath: fixture.file(of: digest)))
    try await store.keep([1, 2])
    #expect(try store.bytes(of: digest) == [1, 2])
    #expect(reader.size == 2)
    #expect(fixture.staged.isEmpty)
  }

  @Test func discardingRemovesTheFileButNotItsReaders() throws {
    let store = try fixture.open()
    let staging = try store.createStaging(for: digest("x"), expectedSize: nil)
    try write([1, 2], at: 0, to: staging)
    staging.discard()
    staging.discard()
    #expect(fixture.staged.isEmpty)
    var byte: UInt8 = 0
    #expect(pread(staging.descriptor, &byte, 1, 1) == 1)
    #expect(byte == 2)
    #expect(throws: StoreError.stagingEnded(digest("x"))) { try store.publish(staging, as: digest("x"), size: 2) }
  }

  @Test func anInterruptedDownloadIsTakenUpAfterARestart() async throws {
    var store: Store? = try fixture.open()
    var staging = try store?.createStaging(for: digest("x"), expectedSize: 6)
    try write([1, 2, 3, 4], at: 0, to: #require(staging))
    try staging?.keepPrefix(3)
    staging = nil
    await store?.close()
    store = nil

    let again = try fixture.open()
    #expect(try again.resumeStaging(for: digest("y"), from: UpstreamName.example) == nil)
    let resumed = try #require(try again.resumeStaging(for: digest("x"), from: UpstreamName.example))
    #expect(resumed.resumed.contiguousEnd(from: 0) == 3)
    #expect(try again.resumeStaging(for: digest("x"), from: UpstreamName.example) == nil, "nobody else gets it")
    again.sweepStaging()
    #expect(fixture.staged.count == 1, "what was taken up is not swept")
    try write([4, 5, 6], at: 3, to: resumed)
    try again.publish(resumed, as: digest("x"), size: 6)
    await again.close()
  }

  @Test func whatLiesBehindAHoleIsNotTakenUp() async throws {
    var store: Store? = try fixture.open()
    let staging = try #require(try store?.createStaging(for: digest("x"), expectedSize: nil))
    try write([UInt8](repeating: 1, count: 1 << 20), at: 0, to: staging)
    try write([1], at: 4 << 20, to: staging)
    await store?.close()
    store = nil
    #expect(
      try fixture.open().resumeStaging(for: digest("x"), from: UpstreamName.example)?.resumed.total == (1 << 20) - 4_096
    )
  }

  @Test func leftoversOfNoUseAreSwept() async throws {
    var store: Store? = try fixture.open()
    let held = try #require(try await store?.keep([1]))
    _ = try store?.createStaging(for: held, expectedSize: nil)
    _ = try store?.createStaging(for: digest("empty"), expectedSize: nil)
    let useful = try #require(try store?.createStaging(for: digest("useful"), expectedSize: nil))
    try write([1], at: 0, to: useful)
    try Data([1]).write(to: URL(filePath: fixture.path + "/staging/foreign"))
    await store?.close()
    store = nil

    let again = try fixture.open { $0.now = { Int64(Date().timeIntervalSince1970) } }
    let fresh = try again.createStaging(for: digest("fresh"), expectedSize: nil)
    again.sweepStaging()
    #expect(Set(fixture.staged.compactMap { StagingName(parsing: $0)?.digest }) == [digest("useful"), fresh.digest])
    #expect(!fixture.staged.contains("foreign"))
    await again.close()
  }
}
