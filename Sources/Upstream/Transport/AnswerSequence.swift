import NIOHTTP1

/// Which part of an answer may come next on one connection. Pure.
///
/// | state | request | 1xx head | head | body | end | end of a read | break |
/// |---|---|---|---|---|---|---|---|
/// | idle | → awaiting | refuse | refuse | refuse | refuse | – | → over |
/// | awaiting | – | pass, up to a number | pass → body | refuse | refuse | – | → over |
/// | body | – | refuse | refuse | pass | hold → ended | – | → over |
/// | ended | – | end, close → over | end, close → over | … | … | end → idle | end, close → over |
/// | over | not sent | drop | drop | drop | drop | – | – |
///
/// The end of an answer is held until all that was read with it has been seen: what comes behind it was not asked for
/// and must not be taken for the answer to the next request.
struct AnswerSequence {
  /// What is to be done with what came.
  enum Step: Equatable {
    case pass
    /// Nobody hears of it.
    case drop
    /// Nothing for now: see `readCompleted`.
    case hold
    /// The end that was held is passed on, and the connection is closed.
    case endAndClose
    /// The answer has failed, and the connection is closed.
    case refuse(AnswerFault)
  }

  private enum State {
    case idle
    case awaiting(informational: Int)
    case body
    case ended
    case over
  }

  private let rules: AnswerRules
  private var state = State.idle

  init(rules: AnswerRules) { self.rules = rules }

  /// A request is about to be sent.
  /// - Returns: false if it must not be, because the connection is being closed.
  mutating func requestBegins() -> Bool {
    switch state {
    case .over: return false
    case .idle: state = .awaiting(informational: 0)
    case .awaiting, .body, .ended: break
    }
    return true
  }

  mutating func received(_ head: HTTPResponseHead) -> Step {
    switch state {
    case .awaiting(let informational):
      if let fault = rules.fault(in: head) { return refuse(fault) }
      guard head.status.code < 200 else {
        state = .body
        return .pass
      }
      guard informational < rules.maxInformational else { return refuse(.tooManyInformational) }
      state = .awaiting(informational: informational + 1)
      return .pass
    case .idle, .body: return refuse(.outOfOrder)
    case .ended: return endAndClose()
    case .over: return .drop
    }
  }

  mutating func receivedBody() -> Step {
    switch state {
    case .body: return .pass
    case .idle, .awaiting: return refuse(.outOfOrder)
    case .ended: return endAndClose()
    case .over: return .drop
    }
  }

  mutating func receivedEnd() -> Step {
    switch state {
    case .body:
      state = .ended
      return .hold
    case .idle, .awaiting: return refuse(.outOfOrder)
    case .ended: return endAndClose()
    case .over: return .drop
    }
  }

  /// All that was read at once has been seen.
  /// - Returns: whether the end that was held is passed on now.
  mutating func readCompleted() -> Bool {
    guard case .ended = state else { return false }
    state = .idle
    return true
  }

  /// The connection has ended, or what came on it cannot be read.
  mutating func broke() -> Step {
    switch state {
    case .idle, .awaiting, .body:
      state = .over
      return .pass
    case .ended: return endAndClose()
    case .over: return .drop
    }
  }

  private mutating func endAndClose() -> Step {
    state = .over
    return .endAndClose
  }

  private mutating func refuse(_ fault: AnswerFault) -> Step {
    state = .over
    return .refuse(fault)
  }
}
