import NIOCore

/// Whose turn it is on a connection, and since when: what deadlines, reading and the places for clients go by.
///
/// Decides alone: the time and what the kernel says are passed in.
struct ConnectionState: Equatable {
  enum Phase: Equatable {
    /// Nothing of the next request has come yet.
    case idle(since: NIODeadline)
    /// A request's header is arriving; that it goes on arriving buys no time.
    case receivingHead(since: NIODeadline)
    /// A request's body is arriving, of which the last piece came then.
    case receivingBody(since: NIODeadline)
    /// It is our turn: an answer is being made.
    case answering
    /// An answer has begun to leave.
    case sending(SendProgress)
    /// All of an answer has been written, and has not left yet.
    case leaving(SendProgress, isLast: Bool)
    /// All has been said; the client may still take it and close.
    case ending(since: NIODeadline)
  }

  /// Longest times in which a client may do nothing.
  struct Deadlines: Equatable {
    var idle: TimeAmount
    var head: TimeAmount
    var body: TimeAmount
    var sending: TimeAmount
    var lingering: TimeAmount
    /// How long a client may take nothing before it is among the first to go.
    var stalled: TimeAmount
  }

  private(set) var phase: Phase
  /// The client has closed its side: it asks nothing more.
  private(set) var isHalfClosed = false

  init(acceptedAt now: NIODeadline) { phase = .receivingHead(since: now) }

  /// Whether bytes of a request may be looked at now: those of the next one only once the last answer has left.
  var takesRequests: Bool {
    switch phase {
    case .idle, .receivingHead, .receivingBody: true
    case .answering, .sending, .leaving, .ending: false
    }
  }

  /// Whether bytes may be taken from the socket.
  var reads: Bool {
    if case .ending = phase { true } else { takesRequests }
  }

  /// A part of an answer has been written, so that no other can be.
  var isAmidAnswer: Bool {
    switch phase {
    case .sending, .leaving, .ending: true
    case .idle, .receivingHead, .receivingBody, .answering: false
    }
  }

  mutating func bytesReceived(at now: NIODeadline) {
    switch phase {
    case .idle: phase = .receivingHead(since: now)
    case .receivingBody: phase = .receivingBody(since: now)
    case .receivingHead, .answering, .sending, .leaving, .ending: break
    }
  }

  /// A request, or as much of it as we want now, is complete.
  mutating func ourTurn() { phase = .answering }

  /// The client is to send more of a request's body.
  mutating func bodyAwaited(at now: NIODeadline) { phase = .receivingBody(since: now) }

  mutating func answerBegun(at now: NIODeadline) { phase = .sending(SendProgress(since: now)) }

  /// - Parameter isLast: no other request is answered on this connection.
  mutating func answerWritten(isLast: Bool, at now: NIODeadline) {
    if case .sending(let progress) = phase {
      phase = .leaving(progress, isLast: isLast)
    } else {
      phase = .leaving(SendProgress(since: now), isLast: isLast)
    }
  }

  /// The socket has taken all that was written.
  mutating func answerLeft(at now: NIODeadline) {
    guard case .leaving(_, let isLast) = phase else { return }
    phase = isLast ? .ending(since: now) : .idle(since: now)
  }

  mutating func inputClosed() { isHalfClosed = true }

  /// Whether the client has done nothing for too long.
  /// - Parameter sent: what the kernel says of the bytes that were handed to it; asked only when that matters.
  mutating func isOverdue(at now: NIODeadline, _ deadlines: Deadlines, sent: () -> SendProgress.Reading) -> Bool {
    switch phase {
    case .idle(let since): return now - since > deadlines.idle
    case .receivingHead(let since): return now - since > deadlines.head
    case .receivingBody(let since): return now - since > deadlines.body
    case .ending(let since): return now - since > deadlines.lingering
    case .answering: return false
    case .sending(var progress):
      progress.note(sent(), at: now)
      phase = .sending(progress)
      return now - progress.since > deadlines.sending
    case .leaving(var progress, let isLast):
      progress.note(sent(), at: now)
      phase = .leaving(progress, isLast: isLast)
      return now - progress.since > deadlines.sending
    }
  }

  /// What counts when places are short.
  func standing(at now: NIODeadline, stalledAfter: TimeAmount) -> Standing {
    switch phase {
    case .idle(let since), .receivingHead(let since), .receivingBody(let since), .ending(let since):
      Standing(.awaitingClient, since: since)
    case .answering: Standing(isHalfClosed ? .halfClosed : .awaitingAnswer, since: now)
    case .sending(let progress), .leaving(let progress, _):
      Standing(now - progress.since > stalledAfter ? .stalled : .sending, since: progress.since)
    }
  }
}
