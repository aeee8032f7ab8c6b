import Testing

@testable import HTTPServer

/// What may be done next on a connection, row by row.
@Suite struct RequestExchangeTests {
  typealias Exchange = RequestExchange

  /// An exchange in each phase.
  private func exchange(_ phase: Exchange.Phase, keepsAlive: Bool = true) -> Exchange {
    var exchange = Exchange()
    switch phase {
    case .idle: break
    case .awaiting: _ = exchange.head(.withoutBody, keepsAlive: keepsAlive)
    case .collecting(_, let limit): _ = exchange.head(.collectedBody(atMost: limit), keepsAlive: keepsAlive)
    case .streaming: _ = exchange.head(.streamedBody, keepsAlive: keepsAlive)
    case .answering:
      _ = exchange.head(.withoutBody, keepsAlive: keepsAlive)
      _ = exchange.requestEnded()
    case .sending:
      exchange = self.exchange(.answering, keepsAlive: keepsAlive)
      _ = exchange.answerKnown()
    case .draining:
      exchange = self.exchange(.streaming, keepsAlive: keepsAlive)
      _ = exchange.answerKnown()
      _ = exchange.answerWritten()
    case .closed: exchange.lost()
    }
    #expect(exchange.phase == phase)
    return exchange
  }

  private static let phases: [Exchange.Phase] = [
    .idle, .awaiting, .collecting(bytes: 0, atMost: 10), .streaming, .answering, .sending, .draining, .closed,
  ]

  @Test(
    "A header",
    arguments: [
      (.withoutBody, .wait, .awaiting), (.refused, .refuse, .answering), (.unwantedBody, .answer, .answering),
      (.collectedBody(atMost: 10), .collect, .collecting(bytes: 0, atMost: 10)), (.streamedBody, .stream, .streaming),
    ] as [(Exchange.Arrival, Exchange.HeadAction, Exchange.Phase)]
  )
  func head(arrival: Exchange.Arrival, action: Exchange.HeadAction, phase: Exchange.Phase) {
    var exchange = Exchange()
    #expect(exchange.head(arrival, keepsAlive: true) == action)
    #expect(exchange.phase == phase)
  }

  @Test("A header is only looked at where none is under way", arguments: phases)
  func headTooSoon(phase: Exchange.Phase) {
    var exchange = exchange(phase)
    let before = exchange
    guard phase != .idle else { return }
    #expect(exchange.head(.withoutBody, keepsAlive: true) == .ignore)
    #expect(exchange == before)
  }

  @Test(
    "A piece of a body",
    arguments: [
      (.idle, .drop), (.awaiting, .drop), (.collecting(bytes: 0, atMost: 10), .collect), (.streaming, .handOn),
      (.answering, .drop), (.sending, .drop), (.draining, .drop), (.closed, .drop),
    ] as [(Exchange.Phase, Exchange.BodyAction)]
  )
  func body(phase: Exchange.Phase, action: Exchange.BodyAction) {
    var exchange = exchange(phase)
    #expect(exchange.body(4) == action)
  }

  @Test("A body that is collected may be as long as said, and not a byte longer")
  func collected() {
    var exchange = exchange(.collecting(bytes: 0, atMost: 10))
    #expect(exchange.body(4) == .collect)
    #expect(exchange.body(6) == .collect)
    #expect(exchange.phase == .collecting(bytes: 10, atMost: 10))
    #expect(exchange.body(1) == .refuse(limit: 10))
    #expect(exchange.answerKnown() == .lingering)
    #expect(exchange.body(1) == .drop)
    #expect(exchange.requestEnded() == .nothing)
  }

  @Test(
    "The end of a request",
    arguments: [
      (.idle, .nothing, .idle), (.awaiting, .answer, .answering),
      (.collecting(bytes: 0, atMost: 10), .answer, .answering), (.streaming, .endBody, .answering),
      (.answering, .nothing, .answering), (.sending, .nothing, .sending), (.draining, .close, .closed),
      (.closed, .nothing, .closed),
    ] as [(Exchange.Phase, Exchange.EndAction, Exchange.Phase)]
  )
  func requestEnded(phase: Exchange.Phase, action: Exchange.EndAction, then: Exchange.Phase) {
    var exchange = exchange(phase)
    #expect(exchange.requestEnded() == action)
    #expect(exchange.phase == then)
  }

  @Test("An answer is sent where one is due, once", arguments: phases)
  func answerKnown(phase: Exchange.Phase) {
    var exchange = exchange(phase)
    let end = exchange.answerKnown()
    switch phase {
    case .answering: #expect(end == .keepAlive)
    case .streaming: #expect(end == .draining)
    case .idle, .awaiting, .collecting, .sending, .draining, .closed: #expect(end == nil)
    }
    #expect(exchange.answerKnown() == nil)
  }

  @Test(
    "What comes behind an answer is what the request, or whoever ends the connection, said",
    arguments: [true, false]
  )
  func answerWritten(keepsAlive: Bool) {
    var exchange = exchange(.sending, keepsAlive: keepsAlive)
    #expect(exchange.answerWritten() == (keepsAlive ? .keepAlive : .closing))
    #expect(exchange.phase == (keepsAlive ? .idle : .closed))
    for cause in Exchange.EndCause.allCases {
      var ending = self.exchange(.sending, keepsAlive: keepsAlive)
      #expect(ending.noMoreRequests(cause) == false)
      #expect(ending.answerWritten() == .closing)
      #expect(ending.phase == .closed)
    }
  }

  @Test("An answer that is known after the end was announced says so itself", arguments: Exchange.EndCause.allCases)
  func answerAfterAnnouncement(cause: Exchange.EndCause) {
    var exchange = exchange(.answering)
    #expect(exchange.noMoreRequests(cause) == false)
    #expect(exchange.answerKnown() == .closing)
  }

  @Test("Behind an answer before its request's end the rest is read, and then the connection ends")
  func early() {
    var exchange = exchange(.streaming)
    #expect(exchange.answerKnown() == .draining)
    #expect(exchange.answerWritten() == .draining)
    #expect(exchange.body(1_000) == .drop)
    #expect(exchange.requestEnded() == .close)
  }

  @Test(
    "If the rest comes while the answer leaves, nothing is left to be read, and the connection ends as the answer said"
  )
  func earlyButWhole() {
    var exchange = exchange(.streaming)
    #expect(exchange.answerKnown() == .draining)
    #expect(exchange.requestEnded() == .nothing)
    #expect(exchange.answerWritten() == .closing)
  }

  @Test("A streamed request whose body came whole keeps its connection")
  func streamedWhole() {
    var exchange = exchange(.streaming)
    #expect(exchange.body(9) == .handOn)
    #expect(exchange.requestEnded() == .endBody)
    #expect(exchange.answerKnown() == .keepAlive)
    #expect(exchange.answerWritten() == .keepAlive)
    #expect(exchange.head(.withoutBody, keepsAlive: true) == .wait)
  }

  @Test("Of a body that nobody reads on, the pieces are dropped, and its request is not whole")
  func discarded() {
    var exchange = exchange(.streaming)
    exchange.bodyDiscarded()
    #expect(exchange.body(9) == .drop)
    #expect(exchange.answerKnown() == .draining)
    var idle = self.exchange(.idle)
    idle.bodyDiscarded()
    #expect(idle.phase == .idle)
  }

  @Test("What is no request is answered unless an answer is under way", arguments: phases)
  func unreadable(phase: Exchange.Phase) {
    var exchange = exchange(phase)
    let isAnswered = exchange.unreadable()
    switch phase {
    case .idle, .awaiting, .collecting, .streaming, .answering:
      #expect(isAnswered)
      #expect(exchange.answerKnown() == .lingering)
    case .sending, .draining, .closed:
      #expect(!isAnswered)
      #expect(exchange.phase == .closed)
    }
  }

  @Test("A shutdown ends idle connections at once, and no other", arguments: phases)
  func shutdown(phase: Exchange.Phase) {
    var exchange = exchange(phase)
    #expect(exchange.noMoreRequests(.shutdown) == (phase == .idle))
  }

  @Test(
    "A client that ends its side gets what it has asked for, and nothing waits for the rest of a request",
    arguments: phases
  )
  func clientEnds(phase: Exchange.Phase) {
    var exchange = exchange(phase)
    #expect(exchange.noMoreRequests(.clientEnded) == (phase != .answering && phase != .sending))
  }

  @Test("A connection that is gone gets no answer", arguments: phases)
  func lost(phase: Exchange.Phase) {
    var exchange = exchange(phase)
    exchange.lost()
    #expect(exchange.answerKnown() == nil)
    #expect(exchange.answerWritten() == nil)
    #expect(exchange.requestEnded() == .nothing)
  }
}

/// When a connection reads on.
@Suite struct RequestBodyFlowTests {
  @Test("While more is wanted, reading goes on")
  func flows() {
    var flow = RequestBodyFlow()
    #expect(flow.handedOn(wantsMore: true) == false)
    #expect(flow.mayRead() == true)
    #expect(flow.wanted() == nil)
  }

  @Test("When no more is wanted it pauses once, and a read that was held is made up for", arguments: [true, false])
  func pauses(reads: Bool) {
    var flow = RequestBodyFlow()
    #expect(flow.handedOn(wantsMore: false) == true)
    #expect(flow.handedOn(wantsMore: false) == false)
    if reads { #expect(flow.mayRead() == false) }
    #expect(flow.wanted() == reads)
    #expect(flow.mayRead() == true)
    #expect(flow == RequestBodyFlow())
  }
}
