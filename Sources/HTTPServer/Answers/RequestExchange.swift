/// One request after the other on a connection, and what may be done next: as bytes come, as the answer is known and sent, and as
/// either side ends. Decides alone.
///
/// | phase | event | then | action |
/// |---|---|---|---|
/// | idle | a header that is refused, or a body that nobody takes | answering, last | refuse, answer |
/// | idle | a header without a body | awaiting its end | – |
/// | idle | a header with a body that is collected, handed on | collecting, streaming | collect, answer as it arrives |
/// | awaiting, collecting | the request's end | answering | answer |
/// | collecting | more than is taken | answering, last | refuse |
/// | streaming | the request's end | answering | end the body |
/// | streaming, answering | the answer is known | sending | send |
/// | sending | it is written, and the request is whole | idle, or closed | next, or close |
/// | sending | it is written, and the request is not whole | draining | read on |
/// | draining | the request's end | closed | close |
/// | any | bytes that are no request, before an answer has begun | sending, last | refuse |
struct RequestExchange: Equatable {
  enum Phase: Equatable {
    /// No request has come, or the last one is answered.
    case idle
    /// A request without a body, up to its end.
    case awaiting
    /// A body that is collected, of which so many bytes have come.
    case collecting(bytes: Int, atMost: Int)
    /// A body that is handed on while the answer is made.
    case streaming
    /// The answer is being made, or has begun to leave.
    case answering, sending
    /// It was sent before the end of its request, the rest of which is read so that the client gets to see it.
    case draining
    case closed
  }

  /// What comes behind an answer.
  enum End: Equatable {
    /// The next request.
    case keepAlive
    /// The end of the connection.
    case closing
    /// The same, but the client may still be sending: it is to see the answer, which a close in the midst of its bytes
    /// would take away.
    case lingering
    /// The rest of the request, and then the end.
    case draining
  }

  /// What a request's header says of it.
  enum Arrival: Equatable {
    case refused
    case withoutBody
    /// Its body is not taken.
    case unwantedBody
    case collectedBody(atMost: Int)
    case streamedBody
  }

  enum HeadAction: Equatable { case wait, refuse, answer, collect, stream, ignore }
  enum BodyAction: Equatable { case collect, handOn, refuse(limit: Int), drop }
  enum EndAction: Equatable { case answer, endBody, close, nothing }

  private(set) var phase = Phase.idle
  /// What comes behind the answer as far as the request decides.
  private var end = End.keepAlive
  /// All of the request has come, or nobody waits for the rest.
  private var isWhole = true
  /// No further request is taken.
  private var takesNoMore = false

  /// - Parameter keepsAlive: whether the client wants the connection to go on.
  mutating func head(_ arrival: Arrival, keepsAlive: Bool) -> HeadAction {
    guard phase == .idle else { return .ignore }
    (end, isWhole) = (keepsAlive ? .keepAlive : .closing, false)
    switch arrival {
    case .withoutBody:
      phase = .awaiting
      return .wait
    case .collectedBody(let limit):
      phase = .collecting(bytes: 0, atMost: limit)
      return .collect
    case .streamedBody:
      phase = .streaming
      return .stream
    case .refused, .unwantedBody:
      answerAsLast()
      return arrival == .refused ? .refuse : .answer
    }
  }

  mutating func body(_ count: Int) -> BodyAction {
    switch phase {
    case .collecting(let bytes, let limit):
      guard count <= limit - bytes else {
        answerAsLast()
        return .refuse(limit: limit)
      }
      phase = .collecting(bytes: bytes + count, atMost: limit)
      return .collect
    case .streaming: return .handOn
    case .idle, .awaiting, .answering, .sending, .draining, .closed: return .drop
    }
  }

  mutating func requestEnded() -> EndAction {
    defer { isWhole = true }
    switch phase {
    case .awaiting, .collecting:
      phase = .answering
      return .answer
    case .streaming:
      phase = .answering
      return .endBody
    case .draining:
      phase = .closed
      return .close
    case .idle, .answering, .sending, .closed: return .nothing
    }
  }

  /// Nobody reads more of the body that is handed on.
  mutating func bodyDiscarded() { if phase == .streaming { phase = .answering } }

  /// The answer is known.
  /// - Returns: what comes behind it; nil if nobody is there to get it.
  mutating func answerKnown() -> End? {
    guard phase == .answering || phase == .streaming else { return nil }
    phase = .sending
    if !isWhole { end = .draining }
    if end == .keepAlive, takesNoMore { end = .closing }
    return end
  }

  /// All of the answer has been written.
  /// - Returns: what comes behind it; nil if nobody is there any more.
  mutating func answerWritten() -> End? {
    guard phase == .sending else { return nil }
    // The rest of the request may have come meanwhile, or word that it is the last.
    if end == .draining, isWhole { end = .closing }
    if end == .keepAlive, takesNoMore { end = .closing }
    switch end {
    case .keepAlive: phase = .idle
    case .draining: phase = .draining
    case .closing, .lingering: phase = .closed
    }
    return end
  }

  /// What came is no request, or none whose body can be read on.
  /// - Returns: whether it can still be answered.
  mutating func unreadable() -> Bool {
    switch phase {
    case .idle, .awaiting, .collecting, .streaming, .answering:
      answerAsLast()
      return true
    case .sending, .draining, .closed:
      phase = .closed
      return false
    }
  }

  /// The server shuts down, or the client asks nothing more.
  /// - Parameter requestIsWhole: whether the request that is being answered has come as a whole, if the client says so.
  /// - Returns: whether the connection ends now, behind what has been written.
  mutating func noMoreRequests(_ cause: EndCause) -> Bool {
    takesNoMore = true
    switch (cause, phase) {
    case (.shutdown, .idle), (.clientEnded, .idle), (.clientEnded, .awaiting), (.clientEnded, .collecting),
      (.clientEnded, .streaming), (.clientEnded, .draining), (.clientEnded, .closed):
      phase = .closed
      return true
    case (.shutdown, _), (.clientEnded, .answering), (.clientEnded, .sending): return false
    }
  }

  enum EndCause: Equatable, CaseIterable { case shutdown, clientEnded }

  /// The connection is gone.
  mutating func lost() { phase = .closed }

  /// Bytes left unread must never be taken for the next request (RFC 9112 §6.3).
  private mutating func answerAsLast() {
    (phase, end, isWhole) = (.answering, .lingering, true)
  }
}
