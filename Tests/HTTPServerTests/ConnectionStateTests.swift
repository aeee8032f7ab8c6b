import NIOCore
import Testing

@testable import HTTPServer

/// Whose turn it is, and who takes too long.
@Suite struct ConnectionStateTests {
  private static let deadlines = ConnectionState.Deadlines(
    idle: .seconds(60),
    head: .seconds(10),
    body: .seconds(30),
    sending: .seconds(60),
    lingering: .seconds(2),
    stalled: .seconds(5)
  )

  enum Event {
    case bytes, ourTurn, bodyAwaited, begun, written(isLast: Bool), left, halfClosed
  }

  private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

  /// One event a second, the first at 1.
  private func state(after events: [Event]) -> ConnectionState {
    var state = ConnectionState(acceptedAt: Self.at(0))
    for (index, event) in events.enumerated() {
      let now = Self.at(Int64(index) + 1)
      switch event {
      case .bytes: state.bytesReceived(at: now)
      case .ourTurn: state.ourTurn()
      case .bodyAwaited: state.bodyAwaited(at: now)
      case .begun: state.answerBegun(at: now)
      case .written(let isLast): state.answerWritten(isLast: isLast, at: now)
      case .left: state.answerLeft(at: now)
      case .halfClosed: state.inputClosed()
      }
    }
    return state
  }

  @Test(
    "The next request's turn comes when the last answer has left",
    arguments: [
      ([], true, true), ([.bytes], true, true), ([.bytes, .ourTurn], false, false),
      ([.bytes, .ourTurn, .bodyAwaited], true, true), ([.bytes, .ourTurn, .bodyAwaited, .ourTurn], false, false),
      ([.bytes, .ourTurn, .begun], false, false), ([.bytes, .ourTurn, .begun, .written(isLast: false)], false, false),
      ([.bytes, .ourTurn, .begun, .written(isLast: false), .left], true, true),
      // What comes behind the last answer is read, so that the client sees the answer, and is no request.
      ([.bytes, .ourTurn, .begun, .written(isLast: true)], false, false),
      ([.bytes, .ourTurn, .begun, .written(isLast: true), .left], false, true),
      // Bytes that come meanwhile change nothing.
      ([.bytes, .ourTurn, .bytes], false, false), ([.bytes, .ourTurn, .begun, .bytes, .halfClosed], false, false),
    ] as [([Event], Bool, Bool)]
  )
  func turns(events: [Event], takesRequests: Bool, reads: Bool) {
    let state = state(after: events)
    #expect(state.takesRequests == takesRequests)
    #expect(state.reads == reads)
  }

  @Test(
    "A client that does nothing is overdue after its time, one that waits for us never",
    arguments: [
      ([], 11), ([.bytes], 11), ([.bytes, .bytes, .bytes], 11),
      ([.bytes, .ourTurn, .begun, .written(isLast: false), .left], 66),
      ([.bytes, .ourTurn, .begun, .written(isLast: false), .left, .bytes], 17),
      ([.bytes, .ourTurn, .bodyAwaited], 34), ([.bytes, .ourTurn, .bodyAwaited, .bytes], 35),
      ([.bytes, .ourTurn, .begun], 64), ([.bytes, .ourTurn, .begun, .written(isLast: false)], 65),
      ([.bytes, .ourTurn, .begun, .written(isLast: true), .left], 8), ([.bytes, .ourTurn], nil),
      ([.bytes, .ourTurn, .halfClosed], nil), ([.bytes, .ourTurn, .bodyAwaited, .ourTurn], nil),
    ] as [([Event], Int64?)]
  )
  func overdue(events: [Event], second: Int64?) {
    // Bytes wait to be acknowledged, and none is.
    let stuck = SendProgress.Reading(mark: 7, isOutstanding: true)
    for now in Int64(events.count)...200 {
      var state = state(after: events)
      _ = state.isOverdue(at: Self.at(Int64(events.count)), Self.deadlines) { stuck }
      let isOverdue = state.isOverdue(at: Self.at(now), Self.deadlines) { stuck }
      // A client that is being sent something is looked at once before it can be said to be stuck.
      #expect(isOverdue == (second.map { now >= $0 } ?? false), "\(now)")
    }
  }

  @Test("A steady reader is never overdue, however little it takes at a time")
  func steadyReader() {
    var state = state(after: [.bytes, .ourTurn, .begun])
    for second in stride(from: Int64(3), to: 100_000, by: 50) {
      let reading = SendProgress.Reading(mark: UInt64(second), isOutstanding: true)
      #expect(!state.isOverdue(at: Self.at(second), Self.deadlines) { reading })
    }
  }

  @Test("Nor is one that has taken all that there is yet")
  func nothingOutstanding() {
    var state = state(after: [.bytes, .ourTurn, .begun])
    for second in stride(from: Int64(3), to: 1_000, by: 50) {
      let reading = SendProgress.Reading(mark: 7, isOutstanding: false)
      #expect(!state.isOverdue(at: Self.at(second), Self.deadlines) { reading })
    }
    let stuck = SendProgress.Reading(mark: 7, isOutstanding: true)
    #expect(!state.isOverdue(at: Self.at(1_010), Self.deadlines) { stuck })
    #expect(state.isOverdue(at: Self.at(1_020), Self.deadlines) { stuck })
  }

  @Test(
    arguments: [
      ([], .awaitingClient), ([.bytes], .awaitingClient), ([.bytes, .ourTurn], .awaitingAnswer),
      ([.bytes, .halfClosed, .ourTurn], .halfClosed), ([.bytes, .ourTurn, .halfClosed], .halfClosed),
      ([.bytes, .ourTurn, .bodyAwaited], .awaitingClient), ([.bytes, .ourTurn, .begun], .sending),
      // It has been sent something: it is being served.
      ([.bytes, .ourTurn, .begun, .halfClosed], .sending),
      ([.bytes, .ourTurn, .begun, .written(isLast: false), .left], .awaitingClient),
    ] as [([Event], Standing.Kind)]
  )
  func standing(events: [Event], kind: Standing.Kind) {
    let state = state(after: events)
    #expect(state.standing(at: Self.at(Int64(events.count)), stalledAfter: .seconds(5)).kind == kind)
    let later = state.standing(at: Self.at(Int64(events.count) + 10), stalledAfter: .seconds(5)).kind
    #expect(later == (kind == .sending ? .stalled : kind))
  }
}
