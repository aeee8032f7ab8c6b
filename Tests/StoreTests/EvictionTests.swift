import Foundation
import OCI
import Synchronization
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(1))) struct EvictionTests {
  let fixture = TestStore()

  /// The largest number that was noted.
  final class Peak: Sendable {
    let bytes = Mutex<Int64>(0)
    func note(_ number: Int64) { bytes.withLock { $0 = max($0, number) } }
  }

  /// A store that holds 1000 bytes, evicting behind requests only where a test asks for it.
  private func open(_ change: (inout StoreCapacity) -> Void = { _ in }) throws -> Store {
    try fixture.open { options in
      options.capacity.bound = .bytes(1_000)
      options.capacity.highWater = 1
      options.capacity.lowWater = 1
      options.capacity.keepFree = .bytes(0)
      change(&options.capacity)
    }
  }

  /// Keeps contents of 100 bytes, each accessed ten seconds after the one before.
  private func fill(_ store: Store, _ count: Int) async throws -> [Digest] {
    var digests: [Digest] = []
    for number in 0..<count {
      digests.append(try await store.keep([UInt8](repeating: UInt8(number), count: 100)))
      fixture.advance(10)
    }
    return digests
  }

  private func held(_ store: Store, _ digests: [Digest]) throws -> [Bool] {
    try digests.map { try store.content($0) != nil }
  }

  @Test func roomIsMadeOfTheOldest() async throws {
    let store = try open()
    let digests = try await fill(store, 10)
    let reservation = try await store.reserve(250)
    #expect(try held(store, digests) == [false, false, false] + [Bool](repeating: true, count: 7))
    #expect(store.usage.held == StoreTotals(bytes: 700, count: 7))
    #expect(store.usage.reservedBytes == 250)
    #expect(store.usage.evicted == StoreTotals(bytes: 300, count: 3))
    await store.shards.finishRemovals()
    #expect(!FileManager.default.fileExists(atPath: fixture.file(of: digests[0])))
    #expect(FileManager.default.fileExists(atPath: fixture.file(of: digests[3])))
    reservation.release()
    #expect(store.usage.reservedBytes == 0)
    await store.close()
  }

  @Test func aReservationEndsWithItsLastReference() async throws {
    let store = try open()
    var reservation: Reservation? = try await store.reserve(400)
    #expect(reservation?.bytes == 400)
    reservation = nil
    #expect(store.usage.reservedBytes == 0)
  }

  @Test func aReservationGrows() async throws {
    let store = try open()
    let digests = try await fill(store, 5)
    let reservation = try await store.reserve(0)
    try await store.extend(reservation, to: 500)
    #expect(store.usage.evicted.count == 0)
    try await store.extend(reservation, to: 600)
    try await store.extend(reservation, to: 300)
    #expect(reservation.bytes == 600)
    #expect(try held(store, digests) == [false, true, true, true, true])
    let tooMuch = StoreError.doesNotFit(bytes: 1_001, capacity: 1_000)
    await #expect(throws: tooMuch) { try await store.extend(reservation, to: 1_001) }
    #expect(reservation.bytes == 600)
  }

  @Test func servedContentStays() async throws {
    let store = try open()
    let digests = try await fill(store, 10)
    store.recordAccess(digests[0])
    store.recordAccess(digests[2])
    _ = try await store.reserve(200)
    #expect(try held(store, Array(digests.prefix(5))) == [true, false, true, false, true])
    #expect(try store.content(digests[0])?.lastAccess == 1_100, "and is written as such")
  }

  @Test func contentBeingReadOutlivesItsEviction() async throws {
    let store = try open()
    let digests = try await fill(store, 10)
    let file = try store.open(digests[0], #require(try store.content(digests[0])))
    _ = try await store.reserve(1_000)
    await store.shards.finishRemovals()
    #expect(store.usage.held == StoreTotals())
    #expect(file.bytes == [UInt8](repeating: 0, count: 100))
  }

  @Test func whatIsTooLargeEvictsNothing() async throws {
    let store = try open()
    let digests = try await fill(store, 3)
    let error = await #expect(throws: StoreError.self) { try await store.reserve(1_001) }
    #expect(error == .doesNotFit(bytes: 1_001, capacity: 1_000))
    #expect(error?.isLackOfRoom == true)
    #expect(try held(store, digests) == [true, true, true])
  }

  @Test func whatIsInFlightIsNotPromisedTwice() async throws {
    let store = try open()
    let first = try await store.reserve(700)
    await #expect(throws: StoreError.doesNotFit(bytes: 400, capacity: 1_000)) { try await store.reserve(400) }
    first.release()
    _ = try await store.reserve(400)
  }

  @Test func manyDownloadsAtOnceStayWithinTheCapacity() async throws {
    let store = try open()
    _ = try await fill(store, 10)
    let most = Peak()
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<60 {
        group.addTask {
          guard let reservation = try? await store.reserve(100) else { return }
          let bytes = [UInt8](repeating: UInt8(100 + number), count: 100)
          _ = try? await store.keep(bytes)
          let usage = store.usage
          // What was just kept is still reserved, too.
          most.note(usage.held.bytes)
          reservation.release()
        }
      }
    }
    #expect(most.bytes.withLock { $0 } <= 1_000)
    #expect(store.usage.held.bytes <= 1_000)
    #expect(store.usage.reservedBytes == 0)
    await store.close()
  }

  @Test func aboveTheHighMarkEvictionGoesToTheLow() async throws {
    let store = try open { capacity in
      capacity.highWater = 0.8
      capacity.lowWater = 0.5
    }
    let digests = try await fill(store, 8)
    #expect(store.usage.evicted.count == 0)
    _ = try await fill(store, 9).last
    while store.usage.held.bytes > 500 { await Task.yield() }
    #expect(try held(store, Array(digests.prefix(3))) == [false, false, false])
    await store.close()
  }

  @Test func aSmallerCapacityActsOnWhatIsHeld() async throws {
    let store = try open()
    let digests = try await fill(store, 10)
    var capacity = StoreCapacity()
    capacity.bound = .bytes(300)
    capacity.keepFree = .bytes(0)
    store.setCapacity(capacity)
    while store.usage.held.bytes > 270 { await Task.yield() }
    #expect(try held(store, digests) == [Bool](repeating: false, count: 8) + [true, true])
    await store.close()
  }

  @Test func aFullFileSystemIsSaidSoAndNotEmptiedInVain() async throws {
    let store = try open { $0.keepFree = .bytes(.max) }
    let digests = try await fill(store, 1)
    let error = await #expect(throws: StoreError.self) { try await store.reserve(10) }
    #expect(error == .full(FileFailure(.create, .staging, code: ENOSPC)))
    #expect(error?.isLackOfRoom == true)
    #expect(try held(store, digests) == [false], "room was tried to be made")
    await store.close()
  }

  @Test func contentPutInPlaceAgainIsNotEvicted() async throws {
    let store = try open()
    let digests = try await fill(store, 2)
    _ = try store.stageAndPublish([UInt8](repeating: 0, count: 100))
    #expect(try await store.evict(.max) == 100)
    #expect(try held(store, digests) == [true, false])
    await store.close()
  }

  @Test func evictionCostsWhatIsEvicted() async throws {
    let store = try open { $0.bound = .unlimited }
    try await store.write { (index) throws(StoreError) in
      for number in 0..<5_000 {
        try index.putContent(digest("\(number)"), ContentRecord(size: 1, lastAccess: Int64(number)))
      }
    }
    #expect(try await store.evict(4_000) == 4_000)
    #expect(try store.content(digest("3999")) == nil)
    #expect(try store.content(digest("4000")) != nil)
    #expect(store.usage.held == StoreTotals(bytes: 1_000, count: 1_000))
    await store.close()
  }
}
