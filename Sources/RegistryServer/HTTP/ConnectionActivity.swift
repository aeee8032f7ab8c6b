import NIOCore

/// What a connection is doing, for its deadlines. Confined to the connection's event loop.
final class ConnectionActivity {
  enum Phase {
    /// Nothing of the next request has come yet.
    case idle(since: NIODeadline)
    /// The header is arriving.
    case receivingHeader(since: NIODeadline)
    /// An answer is being made or sent.
    case responding
  }

  private(set) var phase = Phase.receivingHeader(since: .now())
  /// Whether a part of an answer has been sent, so that no other can be.
  private(set) var isAmidAnswer = false

  /// Bytes have come.
  func bytesReceived() {
    if case .idle = phase { phase = .receivingHeader(since: .now()) }
  }

  /// A request's header is complete.
  func requestReceived() { phase = .responding }

  /// The answer's first part is on its way.
  func responseBegun() { isAmidAnswer = true }

  /// The answer is on its way.
  func responseSent() {
    phase = .idle(since: .now())
    isAmidAnswer = false
  }
}
