package import NIOHTTP1

/// What the server itself refuses, before or in place of an endpoint.
package enum Refusal: Sendable, Equatable {
  /// It is no request, or one that two readers could understand differently (RFC 9112 §6).
  case malformed(reason: String)
  /// Its header is larger than, or has more fields than, is taken.
  case headerTooLarge
  /// Its body is larger than the endpoints take.
  case bodyTooLarge(limit: Int)
  /// As many requests wait for something as may.
  case overloaded
  /// The client has asked more than it may in a second.
  case tooManyRequests(secondsToWait: Int)

  package var status: HTTPResponseStatus {
    switch self {
    case .malformed: .badRequest
    case .headerTooLarge: .requestHeaderFieldsTooLarge
    case .bodyTooLarge: .payloadTooLarge
    case .overloaded: .serviceUnavailable
    case .tooManyRequests: .tooManyRequests
    }
  }

  /// When the client may come again, in seconds; nil if that changes nothing.
  package var retryAfterSeconds: Int? {
    switch self {
    case .malformed, .headerTooLarge, .bodyTooLarge: nil
    case .overloaded: 5
    case .tooManyRequests(let seconds): seconds
    }
  }
}

/// Writes refusals in the form that a listener's clients understand.
package protocol RefusalRendering: Sendable {
  func reply(to refusal: Refusal) -> Reply
}
