/// One request that the tool has seen, and what came of it.
///
/// Times are nanoseconds of the machine's monotonic clock, the one of Python's `time.monotonic_ns()`.
public struct RequestRecord: Sendable, Codable, Equatable {
  /// How an answer ended.
  public enum Outcome: String, Sendable, Codable {
    /// It is still being given, held or stalled.
    case inProgress
    /// The whole answer was handed to the kernel.
    case complete
    /// The client went away first.
    case clientClosed
    /// A rule closed or reset the connection.
    case cut
  }

  /// Counted from 0 since the last reset.
  public var id: Int
  /// The listener that it came to.
  public var origin: Origin
  /// The connection's number, counted from 1 over all origins.
  public var connection: Int
  /// What it asked for.
  public var kind: RequestKind
  /// The repository it named; empty where there is none.
  public var repository: String
  /// The tag or digest it named; empty where there is none.
  public var reference: String
  /// The HTTP method.
  public var method: String
  /// The target's path, undecoded.
  public var path: String
  /// The target's query, undecoded.
  public var query: String
  /// All header fields, as pairs of name and value, in order.
  public var headers: [[String]]
  /// The request's body as text; empty where there is none. At most 64 KiB of it.
  public var body: String
  /// The status answered; 0 while there is no answer, or when there was none.
  public var status: Int
  /// Body bytes handed to the kernel; while the answer is in progress up to 2 MiB more, which are still on their way.
  public var bytesSent: Int64
  /// When the request was complete.
  public var startedAt: UInt64
  /// When the answer's head was written; 0 if it was not.
  public var firstByteAt: UInt64
  /// When the answer was over; 0 while it is not.
  public var endedAt: UInt64
  /// How it ended.
  public var outcome: Outcome
  /// Whether a rule has held it.
  public var wasHeld: Bool
  /// Whether a rule has stalled it.
  public var wasStalled: Bool
  /// The ids of the rules that made the answer, in order.
  public var rules: [Int]
  /// The user or token that let the request in; empty for an anonymous one.
  public var credential: String

  /// The values of a header field, whatever the case of its name.
  public func header(_ name: String) -> [String] {
    headers.filter { $0[0].lowercased() == name.lowercased() }.map { $0[1] }
  }
}

/// What a request is after. Counters, rules and waits are by kind.
public enum RequestKind: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  /// `GET` or `HEAD /v2/`.
  case ping
  case manifestGet, manifestHead, blobGet, blobHead, tagsList, referrers
  /// A request to the token service, wherever that listens.
  case token
  /// A request to the storage origin: what a redirect led to.
  case redirectTarget
  /// Anything that the recorder origin received.
  case recorder
  /// A path or method that the tool does not know.
  case other
}
