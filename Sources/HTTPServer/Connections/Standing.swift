import NIOCore

/// What a connection is doing, as far as it matters for who goes when places are short.
struct Standing: Equatable, Sendable {
  /// In the order in which they go.
  enum Kind: UInt8, Comparable, CaseIterable, Sendable {
    /// The client has closed its side and has been sent nothing: most of these have left.
    case halfClosed
    /// The client is to say something: it is idle, or a request of it is incomplete.
    case awaitingClient
    /// The client takes nothing of its answer.
    case stalled
    /// The client waits for us, or for an upstream.
    case awaitingAnswer
    /// The client takes its answer.
    case sending

    static func < (one: Kind, other: Kind) -> Bool { one.rawValue < other.rawValue }

    /// Whether such a connection is closed for the sake of any other.
    var givesWay: Bool {
      switch self {
      case .halfClosed, .awaitingClient, .stalled: true
      case .awaitingAnswer, .sending: false
      }
    }
  }

  var kind: Kind
  /// The last time that something happened on it.
  var since: NIODeadline

  init(_ kind: Kind, since: NIODeadline) {
    self.kind = kind
    self.since = since
  }

  /// Whether it goes before another.
  func goesBefore(_ other: Standing) -> Bool { (kind, since) < (other.kind, other.since) }
}
