import NIOCore
import OCI

/// What a connection is doing, for all of its handlers. Confined to the connection's event loop.
final class ConnectionActivity {
  private var state: ConnectionState
  private let place: ConnectionPlace
  private let connections: OpenConnections
  private let eventLoop: any EventLoop
  private let stalledAfter: TimeAmount
  private var isWaiting = false

  init(
    _ place: ConnectionPlace,
    among connections: OpenConnections,
    on eventLoop: any EventLoop,
    stalledAfter: TimeAmount
  ) {
    self.place = place
    self.connections = connections
    self.eventLoop = eventLoop
    self.stalledAfter = stalledAfter
    state = ConnectionState(acceptedAt: eventLoop.now)
  }

  private var now: NIODeadline { eventLoop.now }

  var client: ClientKey { place.client }
  var isAmidAnswer: Bool { state.isAmidAnswer }
  var takesRequests: Bool { state.takesRequests }
  var reads: Bool { state.reads }
  var isHalfClosed: Bool { state.isHalfClosed }

  var isReceivingHead: Bool { if case .receivingHead = state.phase { true } else { false } }
  var isReceivingBody: Bool { if case .receivingBody = state.phase { true } else { false } }
  var isLeaving: Bool { if case .leaving = state.phase { true } else { false } }
  var isEnding: Bool { if case .ending = state.phase { true } else { false } }

  func bytesReceived() {
    // The time is only asked for where it is noted.
    if !isReceivingHead { state.bytesReceived(at: now) }
  }

  /// A request's header is complete, or as much of its body as is wanted now.
  func ourTurn() { state.ourTurn() }

  /// More of a request's body is to come.
  func bodyAwaited() { state.bodyAwaited(at: now) }

  /// The answer has to wait for something.
  /// - Returns: false when as many wait as may.
  func waitingBegun() -> Bool {
    place.note(state.standing(at: now, stalledAfter: stalledAfter))
    isWaiting = connections.beginWaiting()
    return isWaiting
  }

  func waitingEnded() {
    if isWaiting { connections.endWaiting() }
    isWaiting = false
  }

  /// The answer's first part is on its way.
  func answerBegun() { state.answerBegun(at: now) }

  /// Its body takes some time to leave.
  func bodyBegun() { place.note(state.standing(at: now, stalledAfter: stalledAfter)) }

  /// All of it has been written.
  func answerWritten(isLast: Bool) { state.answerWritten(isLast: isLast, at: now) }

  /// All of it has left.
  func answerLeft() {
    let now = now
    state.answerLeft(at: now)
    place.note(Standing(.awaitingClient, since: now))
  }

  /// The client asks nothing more, and may have left.
  func inputClosed() {
    state.inputClosed()
    place.note(state.standing(at: now, stalledAfter: stalledAfter))
  }

  /// Looks whether the client has done nothing for too long.
  func isOverdue(_ deadlines: ConnectionState.Deadlines, sent: () -> SendProgress.Reading) -> Bool {
    let now = now
    let isOverdue = state.isOverdue(at: now, deadlines, sent: sent)
    let standing = state.standing(at: now, stalledAfter: stalledAfter)
    // Since when it waits was noted when it began to.
    if standing.kind != place.standing.kind || standing.kind != .awaitingAnswer && standing.kind != .halfClosed {
      place.note(standing)
    }
    return isOverdue
  }
}
