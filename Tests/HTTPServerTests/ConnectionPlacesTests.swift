import NIOCore
import OCI
import Testing

@testable import HTTPServer

/// Who goes when places are short.
@Suite struct ConnectionPlacesTests {
  struct Holder: PlaceHolder, Equatable {
    var client: ClientKey
    var standing: Standing

    /// - Parameter since: in seconds.
    init(_ number: UInt64, of address: UInt32, _ kind: Standing.Kind, since: Int64) {
      client = ClientKey(.ipv4(address), connection: number)
      standing = Standing(kind, since: .uptimeNanoseconds(0) + .seconds(since))
    }
  }

  private func closed(by newcomer: Holder, among holders: [Holder], maxPerClient: Int? = nil) -> [UInt64]? {
    var places = ConnectionPlaces<Holder>(capacity: holders.count, maxPerClient: nil)
    for holder in holders { _ = places.admit(holder) }
    if let maxPerClient {
      places = ConnectionPlaces(capacity: holders.count + 10, maxPerClient: maxPerClient)
      for holder in holders { _ = places.admit(holder) }
    }
    let before = places.count
    guard case .admitted(let closing) = places.admit(newcomer) else {
      #expect(places.count == before)
      return nil
    }
    #expect(places.count == before + 1 - closing.count)
    #expect(places.contains(newcomer))
    return closing.map(\.client.connection)
  }

  private static func newcomer(_ address: UInt32) -> Holder { Holder(9_999, of: address, .awaitingClient, since: 100) }

  @Test(
    "The address that has most loses",
    arguments: [
      // Within one address: those that have closed their side, then the longest idle, then those that take nothing.
      (1, [(1, .awaitingClient, 5), (1, .halfClosed, 9), (1, .stalled, 1)], 2),
      (1, [(1, .awaitingClient, 5), (1, .awaitingClient, 4), (1, .stalled, 1)], 2),
      (1, [(1, .sending, 5), (1, .awaitingAnswer, 4), (1, .stalled, 9)], 3),
      (1, [(1, .halfClosed, 7), (1, .halfClosed, 6)], 2),
      // What is being served stays, within one address.
      (1, [(1, .sending, 5), (1, .awaitingAnswer, 4)], nil),
      // Another address has more: it loses, also of what is being served.
      (2, [(1, .sending, 5), (1, .awaitingAnswer, 4)], 2), (2, [(1, .sending, 5), (1, .sending, 4)], 2),
      (2, [(1, .sending, 5), (1, .sending, 4), (2, .sending, 1)], nil),
      // But first whoever is idle, its own or of an address that has more than it.
      (2, [(1, .sending, 5), (1, .sending, 4), (2, .awaitingClient, 1)], 3),
      (3, [(1, .sending, 5), (1, .sending, 4), (2, .awaitingClient, 1)], 3),
      // Not the longest idle of all goes, but that of the address that has most.
      (2, [(1, .awaitingClient, 50), (1, .awaitingClient, 40), (2, .awaitingClient, 1)], 2),
      (2, [(1, .awaitingClient, 50), (1, .awaitingClient, 40), (2, .halfClosed, 1)], 2),
      // All have one: the longest idle goes, and none that is being served.
      (4, [(1, .awaitingClient, 3), (2, .awaitingClient, 2), (3, .awaitingClient, 4)], 2),
      (4, [(1, .sending, 3), (2, .awaitingAnswer, 2), (3, .sending, 4)], nil),
      // Whoever has most takes nothing from those that have less.
      (1, [(1, .sending, 3), (1, .sending, 2), (2, .awaitingClient, 1)], nil),
    ] as [(UInt32, [(UInt32, Standing.Kind, Int64)], UInt64?)]
  )
  func order(newcomer: UInt32, holders: [(UInt32, Standing.Kind, Int64)], closed expected: UInt64?) {
    let held = holders.enumerated().map { index, holder in
      Holder(UInt64(index + 1), of: holder.0, holder.1, since: holder.2)
    }
    #expect(closed(by: Self.newcomer(newcomer), among: held) == expected.map { [$0] })
  }

  @Test("While there are places, nobody loses one")
  func room() {
    var places = ConnectionPlaces<Holder>(capacity: 3, maxPerClient: nil)
    for number in 1...3 as ClosedRange<UInt64> {
      guard case .admitted(let closing) = places.admit(Holder(number, of: 1, .awaitingClient, since: 0)) else {
        Issue.record("refused")
        continue
      }
      #expect(closing.isEmpty)
    }
    places.leave(Holder(2, of: 1, .awaitingClient, since: 0))
    places.leave(Holder(2, of: 1, .awaitingClient, since: 0))
    #expect(places.count == 2)
  }

  @Test("Of many a few go at once, so that looking for them costs little; shares are heeded")
  func batches() {
    let idle = (1...640 as ClosedRange<UInt64>).map { number in
      Holder(number, of: number <= 320 ? 1 : UInt32(number), .awaitingClient, since: Int64(number))
    }
    // A batch of ten: all of the address that has 320, the longest idle first.
    #expect(closed(by: Self.newcomer(7), among: idle) == Array(1...10))
    let two = (1...640 as ClosedRange<UInt64>).map { number in
      Holder(number, of: number <= 325 ? 1 : 2, .awaitingClient, since: Int64(number))
    }
    // 325 and 315: the first loses ten.
    #expect(closed(by: Self.newcomer(7), among: two) == Array(1...10))
    let even = (1...640 as ClosedRange<UInt64>).map { number in
      Holder(number, of: UInt32(number % 2), .awaitingClient, since: Int64(number))
    }
    #expect(closed(by: Self.newcomer(7), among: even).map { $0.filter { $0 % 2 == 0 }.count } == 5)
  }

  @Test(
    "With a cap, an address loses its own",
    arguments: [(.awaitingClient, [1]), (.sending, nil)] as [(Standing.Kind, [UInt64]?)]
  )
  func caps(kind: Standing.Kind, expected: [UInt64]?) {
    let held = (1...3 as ClosedRange<UInt64>).map { Holder($0, of: 1, kind, since: Int64($0)) }
    #expect(closed(by: Self.newcomer(1), among: held, maxPerClient: 3) == expected)
    #expect(closed(by: Self.newcomer(2), among: held, maxPerClient: 3) == [])
  }

  @Test("Those whose client may have left give way to requests that have to wait")
  func halfClosed() {
    var places = ConnectionPlaces<Holder>(capacity: 128, maxPerClient: nil)
    for number in 1...5 as ClosedRange<UInt64> {
      _ = places.admit(
        Holder(number, of: 1, number % 2 == 0 ? .awaitingClient : .halfClosed, since: 10 - Int64(number))
      )
    }
    #expect(places.leaveHalfClosed().map(\.client.connection) == [5, 3])
    #expect(places.leaveHalfClosed().map(\.client.connection) == [1])
    #expect(places.leaveHalfClosed().isEmpty)
    #expect(places.count == 2)
  }

  @Test(
    "There are no more places than descriptors allow",
    arguments: [
      (10_000, 500, .max, 10_000, 9_500), (10_000, 500, 65_536, 10_000, 9_500), (10_000, 500, 20_000, 9_744, 9_244),
      (10_000, 500, 1_024, 384, 336), (100, 20, 1_024, 100, 88), (10_000, 500, 8, 3, 3), (10_000, 500, 0, 1, 1),
    ] as [(Int, Int, Int, Int, Int)]
  )
  func capacity(configured: Int, reserved: Int, descriptors: Int, count: Int, waiting: Int) {
    let capacity = ConnectionCapacity(configured: configured, reserved: reserved, descriptors: descriptors)
    #expect((capacity.count, capacity.waiting) == (count, waiting))
  }

  @Test("A place's standing survives its one word", arguments: Standing.Kind.allCases)
  func word(kind: Standing.Kind) {
    let place = ConnectionPlace(.next(at: .own), acceptedAt: .uptimeNanoseconds(5))
    #expect(place.standing == Standing(.awaitingClient, since: .uptimeNanoseconds(5)))
    let standing = Standing(kind, since: .uptimeNanoseconds(1 << 60))
    place.note(standing)
    #expect(place.standing == standing)
  }
}
