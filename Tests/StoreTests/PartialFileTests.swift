import Foundation
import OCI
import Synchronization
import Testing

@testable import Store

/// Staging files with holes: parts of contents that clients asked for alone.
@Suite struct PartialFileTests {
  let fixture = TestStore()
  let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
  var whole: Digest { .of(content) }

  private func parts(in store: Store, from upstream: UpstreamName? = nil) throws -> PartialFile? {
    try store.parts(of: whole, from: upstream ?? .example, totalBytes: Int64(content.count))
  }

  private func write(_ range: Range<Int>, to file: PartialFile, of bytes: [UInt8]? = nil) -> Bool {
    (bytes ?? content)[range].withUnsafeBytes { file.write($0, at: Int64(range.lowerBound)) }
  }

  /// What a download of the whole is given to carry on with.
  private func resumed(in store: Store, from upstream: UpstreamName? = nil) throws -> [Range<Int64>] {
    let staging = try store.resumeStaging(for: whole, from: upstream ?? .example)
    for range in staging?.resumed.ranges ?? [] {
      var bytes = [UInt8](repeating: 0, count: range.count)
      #expect(pread(staging?.descriptor ?? -1, &bytes, bytes.count, off_t(range.lowerBound)) == bytes.count)
      #expect(bytes == Array(content[Int(range.lowerBound)..<Int(range.upperBound)]))
    }
    return staging?.resumed.ranges ?? []
  }

  @Test(arguments: [false, true]) func aDownloadOfTheWholeCarriesOnWithThem(afterRestart: Bool) async throws {
    var store: Store? = try fixture.open()
    let first = try #require(store)
    let file = try #require(try parts(in: first))
    #expect(write(90_000..<100_000, to: file))
    #expect(write(10..<20, to: file))
    file.end(at: 1_000)
    if afterRestart {
      await first.close()
      store = try fixture.open()
    }
    let now = try #require(store)
    #expect(now.hasLeftover(of: whole))
    #expect(try resumed(in: now) == [10..<20, 90_000..<100_000])
    #expect(try resumed(in: now) == [], "nobody else gets it")
    await now.close()
  }

  @Test func nothingIsWrittenOnceADownloadHasThem() async throws {
    let store = try fixture.open()
    let file = try #require(try parts(in: store))
    #expect(write(0..<100, to: file))
    #expect(try resumed(in: store) == [0..<100])
    #expect(!write(100..<200, to: file))
    file.end(at: 1_000)
    await store.close()
  }

  @Test func anotherUpstreamsDownloadDoesNotCarryOnWithThem() async throws {
    let store = try fixture.open()
    let file = try #require(try parts(in: store))
    #expect(write(0..<100, to: file))
    file.end(at: 1_000)
    #expect(try resumed(in: store, from: UpstreamName(parsing: "other.example")) == [])
    #expect(fixture.staged.isEmpty)
    await store.close()
  }

  @Test func answersThatDifferAreNotBothBelieved() async throws {
    let store = try fixture.open()
    let file = try #require(try parts(in: store))
    let wrong = [UInt8](repeating: 255, count: content.count)
    #expect(write(0..<100, to: file))
    #expect(write(50_000..<60_000, to: file, of: wrong))
    #expect(write(55_000..<65_000, to: file))
    #expect(file.receivedBytes == 10_000, "of the rest nobody knows which is right")
    file.end(at: 1_000)
    #expect(try resumed(in: store) == [55_000..<65_000])
    await store.close()
  }

  @Test func theyAreThereForADay() async throws {
    fixture.useRealTime()
    let store = try fixture.open()
    let now = fixture.clock.now
    let file = try #require(try parts(in: store))
    #expect(write(0..<100, to: file))
    file.end(at: now)
    store.ageParts()
    #expect(fixture.staged.count == 2, "the file and its record")
    fixture.clock.seconds.withLock { $0 = now + PartialFiles.maxAge + 1 }
    store.ageParts()
    #expect(fixture.staged.isEmpty)
    #expect(!store.hasLeftover(of: whole))
    await store.close()
  }

  @Test func theyTakeRoomToSpareAndMakeWay() async throws {
    let store = try fixture.open {
      $0.capacity = StoreCapacity()
      $0.capacity.bound = .bytes(1 << 20)
      $0.capacity.keepFree = .bytes(0)
    }
    let file = try #require(try parts(in: store))
    #expect(store.hasRoom(for: 0..<100, in: file))
    #expect(write(0..<100, to: file))
    let taken = store.usage.reservedBytes
    #expect(taken >= 100)
    file.end(at: 1_000)
    let room = try await store.reserve((1 << 20) - 1_000)
    #expect(store.usage.reservedBytes == room.bytes, "the parts have gone")
    #expect(fixture.staged.isEmpty)
    let other = try #require(try parts(in: store))
    #expect(!store.hasRoom(for: 0..<100, in: other), "nothing goes for parts")
    other.end(at: 1_000)
    await store.close()
  }

  @Test func whatIsHeldNeedsNone() async throws {
    let store = try fixture.open()
    try await store.keep(content)
    #expect(try parts(in: store) == nil)
    await store.close()
  }

  @Test(
    arguments: [
      "", "parts 1\n", "parts 1\nexample.com\n0\n", "parts 1\nexample.com\n100\n0-10",
      "parts 2\nexample.com\n100\n0-10\n",
      "parts 1\nexample.com\n100\n0-101\n", "parts 1\nexample.com\n100\n10-10\n",
      "parts 1\nexample.com\n100\n0-10\n5-20\n",
      "parts 1\nexample.com\n100\n0-10\n10-20\n", "parts 1\n no name\n100\n0-10\n", "parts 1\nexample.com\n-1\n0-10\n",
      "parts 1\nexample.com\n100\n-1-10\n", "parts 1\nexample.com\n100\n0-10-20\n",
    ]
  )
  func recordsThatWereNotWrittenSo(text: String) {
    #expect(PartialRecord(parsing: text) == nil)
  }

  @Test func aRecordIsReadBack() throws {
    var record = PartialRecord(upstream: try .example, totalBytes: 5_000)
    #expect(PartialRecord(parsing: record.text) == record)
    record.ranges.insert(4_000..<5_000)
    record.ranges.insert(0..<1)
    #expect(PartialRecord(parsing: record.text) == record)
  }
}
