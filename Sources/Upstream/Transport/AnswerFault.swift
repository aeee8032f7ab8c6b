/// Why an answer is refused before the HTTP client sees it. The connection that it came by is closed.
enum AnswerFault: Error, Hashable {
  /// A status outside 100 to 599 (RFC 9110 §15), or 101, since no other protocol was offered.
  case status(Int)
  /// Neither HTTP/1.0 nor HTTP/1.1.
  case version
  /// A length that is no length, several that differ, a length beside a transfer coding, or a coding that is not
  /// `chunked` alone (RFC 9112 §6).
  case framing
  /// More or larger header fields than `Limits` allows.
  case headerTooLarge
  /// More 1xx answers than `Limits` allows.
  case tooManyInformational
  /// Parts of an answer in an order in which no answer comes.
  case outOfOrder
}

extension AnswerFault: CustomStringConvertible {
  /// The fault in a few words.
  var description: String {
    switch self {
    case .status(let code): "status \(code), which HTTP does not have"
    case .version: "neither HTTP/1.0 nor HTTP/1.1"
    case .framing: "contradictory length of the body"
    case .headerTooLarge: "response header too large"
    case .tooManyInformational: "too many informational responses"
    case .outOfOrder: "parts of an answer out of order"
    }
  }
}
