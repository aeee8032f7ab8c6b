import OCI
import Testing

@testable import Upstream

@Suite("Turns of requests for documents")
struct AskQueueTests {
  private static func client(_ number: UInt32) -> ClientKey.Address { .ipv4(number) }

  /// A queue in which as many run as may: tickets 1 to `places`, of client 0, all proven.
  private func full(places: Int = 1, kept: Int = 0, maxWaiting: Int = 100) -> AskQueue {
    var queue = AskQueue(places: places, kept: kept, maxWaiting: maxWaiting)
    for ticket in 1...places { _ = queue.ask(UInt64(ticket), from: Self.client(0), isProven: true) }
    return queue
  }

  @Test("So many run at once, and each that ends lets the next one go")
  func places() {
    var queue = AskQueue(places: 2, kept: 0, maxWaiting: 10)
    let steps = (1...3).map { queue.ask($0, from: Self.client(1), isProven: false) }
    #expect(steps == [.go, .go, .wait])
    #expect(queue.load == (2, 1))
    equal(queue.finish(isProven: false), 3)
    equal(queue.finish(isProven: false), nil)
    #expect(queue.load == (1, 0))
  }

  @Test("Addresses take turns; within one, who came first goes first")
  func turns() {
    var queue = full()
    for ticket in UInt64(10)..<15 { _ = queue.ask(ticket, from: Self.client(1), isProven: true) }
    for ticket in UInt64(20)..<22 { _ = queue.ask(ticket, from: Self.client(2), isProven: true) }
    let order = (0..<7).map { _ in queue.finish(isProven: true) }
    #expect(order == [10, 20, 11, 21, 12, 13, 14])
  }

  @Test("Proven repositories go first, and have places that others are not given")
  func proven() {
    var queue = AskQueue(places: 3, kept: 1, maxWaiting: 10)
    let steps = (1...3).map { queue.ask($0, from: Self.client(1), isProven: false) }
    #expect(steps == [.go, .go, .wait])
    equal(queue.ask(4, from: Self.client(1), isProven: true), .go)
    equal(queue.ask(5, from: Self.client(1), isProven: true), .wait)
    equal(queue.finish(isProven: false), 5)
    equal(queue.finish(isProven: true), 3)
  }

  @Test("There is always a place for what is not proven")
  func leastPlace() {
    var queue = AskQueue(places: 1, kept: 5, maxWaiting: 0)
    equal(queue.ask(1, from: Self.client(1), isProven: false), .go)
    equal(queue.ask(2, from: Self.client(1), isProven: false), .refuse)
  }

  @Test("When too many wait, the last one of whoever has most waiting goes")
  func crowded() {
    var queue = full(maxWaiting: 4)
    for ticket in UInt64(10)..<14 { _ = queue.ask(ticket, from: Self.client(1), isProven: false) }
    equal(queue.ask(14, from: Self.client(1), isProven: false), .refuse)
    equal(queue.ask(20, from: Self.client(2), isProven: false), .waitInstead(of: 13))
    equal(queue.ask(21, from: Self.client(2), isProven: false), .waitInstead(of: 12))
    equal(queue.ask(22, from: Self.client(2), isProven: false), .refuse)
    equal(queue.ask(30, from: Self.client(1), isProven: true), .waitInstead(of: 21))
    #expect(queue.load == (1, 4))
  }

  @Test("What is not proven never sends away what is")
  func provenStays() {
    var queue = full(maxWaiting: 2)
    for ticket in UInt64(10)..<12 { _ = queue.ask(ticket, from: Self.client(1), isProven: true) }
    equal(queue.ask(20, from: Self.client(2), isProven: false), .refuse)
    equal(queue.ask(21, from: Self.client(2), isProven: true), .waitInstead(of: 11))
  }

  @Test("Who leaves is not let go")
  func leaving() {
    var queue = full()
    _ = queue.ask(2, from: Self.client(1), isProven: true)
    equal(queue.leave(2), true)
    equal(queue.leave(2), false)
    equal(queue.finish(isProven: true), nil)
  }
}
