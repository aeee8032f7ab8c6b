import Foundation
import Logging
import NIOCore
import NIOEmbedded
import OCI
import Testing

@testable import HTTPServer

/// The small parts that connections are judged by.
@Suite struct ConnectionPartsTests {
  private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(UInt64(seconds) * 1_000_000_000) }

  @Test("A client makes progress when it acknowledges anything, or when nothing waits for it")
  func progress() {
    var progress = SendProgress(since: at(0))
    progress.note(.init(mark: 1, isOutstanding: true), at: at(1))
    #expect(progress.since == at(1), "the first reading is news")
    progress.note(.init(mark: 1, isOutstanding: true), at: at(9))
    #expect(progress.since == at(1))
    progress.note(.init(mark: 2, isOutstanding: true), at: at(10))
    #expect(progress.since == at(10))
    progress.note(.init(mark: 2, isOutstanding: false), at: at(11))
    #expect(progress.since == at(11), "it is we who are slow")
  }

  @Test("Who goes first: by what it is doing, then by how long", arguments: Standing.Kind.allCases)
  func standing(kind: Standing.Kind) {
    #expect(Standing(kind, since: at(1)).goesBefore(Standing(kind, since: at(2))))
    #expect(!Standing(kind, since: at(2)).goesBefore(Standing(kind, since: at(1))))
    for later in Standing.Kind.allCases where later > kind {
      #expect(Standing(kind, since: at(9)).goesBefore(Standing(later, since: at(1))))
    }
    #expect(kind.givesWay == (kind < .awaitingAnswer))
  }

  @Test("A place's standing is read as it was noted", arguments: Standing.Kind.allCases)
  func place(kind: Standing.Kind) {
    let place = ConnectionPlace(.next(at: .own), acceptedAt: at(5))
    #expect(place.standing == Standing(.awaitingClient, since: at(5)))
    place.note(Standing(kind, since: at(123_456)))
    #expect(place.standing == Standing(kind, since: at(123_456)))
  }

  @Test(
    "There are no more connections than descriptors allow, and some do not wait",
    arguments: [
      (10_000, 100, 1_000_000, 10_000, 9_900), (10_000, 100, 1_024, 384, 336), (10_000, 100, 4, 1, 1),
      (1, 5, 1_000, 1, 1),
      (16, 100, 100_000, 16, 14),
    ]
  )
  func capacity(configured: Int, reserved: Int, descriptors: Int, count: Int, waiting: Int) {
    let capacity = ConnectionCapacity(configured: configured, reserved: reserved, descriptors: descriptors)
    #expect(capacity.count == count)
    #expect(capacity.waiting == waiting)
  }

  @Test("Only so many large headers arrive at once")
  func largeHeads() {
    let heads = LargeHeads(maxCount: 2)
    #expect(heads.begin() && heads.begin())
    #expect(!heads.begin())
    heads.end()
    #expect(heads.begin())
  }

  @Test("Requests beyond a rate are counted for each address by itself")
  func rates() {
    let rates = ClientRates(perSecond: 2, maxClients: 10)
    let (one, other) = (ClientKey.Address.ipv4(1), ClientKey.Address.ipv4(2))
    #expect(rates.secondsToWait(one) == nil && rates.secondsToWait(one) == nil)
    #expect(rates.secondsToWait(one) == 1)
    #expect(rates.secondsToWait(other) == nil)
  }

  @Test("Requests that were sent ahead are taken up a few at a time, in order, and none is lost")
  func turns() {
    let loop = EmbeddedEventLoop()
    let turns = RequestTurns()
    final class Order { var seen: [Int] = [] }
    let order = Order()
    for number in 0..<200 { turns.of(loop).enqueue { order.seen.append(number) } }
    #expect(order.seen.isEmpty, "sockets come first")
    loop.advanceTime(by: .milliseconds(1))
    #expect((1..<200).contains(order.seen.count))
    loop.advanceTime(by: .milliseconds(10))
    #expect(order.seen == Array(0..<200))
  }

  @Test("What waits behind the last answer is dropped, and only so much of it is listened to")
  func lingering() throws {
    var limits = Limits()
    limits.maxLingeringBytes = 1_000
    /// The client has been told the end, and its side is still open.
    final class HalfClosing: ChannelOutboundHandler {
      typealias OutboundIn = IOData
      func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .all { context.close(mode: mode, promise: promise) } else { promise?.succeed() }
      }
    }
    let connection = try TestConnection(limits: limits)
    try connection.channel.pipeline.syncOperations.addHandler(HalfClosing(), position: .first)
    try connection.send("nonsense\r\n\r\n")
    _ = try connection.received()
    try connection.send(String(repeating: "x", count: 900))
    #expect(connection.isOpen)
    try connection.send(String(repeating: "x", count: 200))
    #expect(!connection.isOpen)
  }

  @Test(
    "What a client sends ahead beyond a bound is not kept: what was kept whole is answered, then the connection ends"
  )
  func sentAhead() throws {
    var limits = Limits()
    limits.maxPipelinedBytes = 200
    let connection = try TestConnection(limits: limits)
    connection.isWritable(false)
    let request = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
    for _ in 0..<40 { try connection.send(request) }
    _ = try connection.received()
    connection.isWritable(true)
    let count = try connection.received().components(separatedBy: "HTTP/1.1 200").count - 1
    #expect(count > 1 && count < 12)
    #expect(!connection.isOpen)
  }

  @Test(
    "A client that takes nothing of its answer is closed in time, one that takes a little is not",
    arguments: [true, false]
  )
  func slowReader(takes: Bool) throws {
    final class Kernel { var mark: UInt64 = 0 }
    let kernel = Kernel()
    let channel = EmbeddedChannel()
    let place = ConnectionPlace(.next(at: .own), acceptedAt: channel.embeddedEventLoop.now)
    let connections = OpenConnections(
      capacity: ConnectionCapacity(configured: 2, reserved: 0, descriptors: 100),
      maxPerClient: nil,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    let deadlines = ConnectionState.Deadlines(Limits())
    let activity = ConnectionActivity(place, among: connections, on: channel.eventLoop, stalledAfter: deadlines.stalled)
    let handler = ConnectionDeadlines(activity: activity, deadlines: deadlines) { _ in
      if takes { kernel.mark += 1 }
      return SendProgress.Reading(mark: kernel.mark, isOutstanding: true)
    }
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    activity.ourTurn()
    activity.answerBegun()
    for _ in 0..<100 { channel.embeddedEventLoop.advanceTime(by: .seconds(1)) }
    #expect(channel.isActive == takes)
    if channel.isActive { #expect(place.standing.kind == .sending) }
    _ = try channel.finish(acceptAlreadyClosed: true)
  }
}
