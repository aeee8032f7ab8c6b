import HTTPServer
import NIOHTTP1
import OCI

/// What clients are told that the gate does not let through: the one table from its outcomes to answers.
enum GateReply {
  /// - Parameter challenge: what a client is told that is to say who it is; nil where nobody is asked.
  /// - Returns: nil for who is let through.
  static func refusal(_ outcome: AccessGate.Outcome, _ challenge: Challenge?) -> Reply? {
    switch outcome {
    case .admitted: nil
    case .methodNotAllowed: ErrorReply.methodNotAllowed
    case .challenged(let error):
      if let challenge { Self.challenged(challenge, because: error) } else { hidden }
    case .hidden: hidden
    case .denied: denied
    case .limited(let seconds): limited(retryAfterSeconds: seconds)
    }
  }

  /// The same bytes whatever the repository is called, and whether it is there.
  private static let hidden = ErrorBody(
    .nameUnknown,
    "there is no such repository here that you may read: check the name, or log in as somebody who may"
  ).reply(status: .notFound)

  private static let denied = ErrorBody(.denied, "you may read this repository, and not change it so")
    .reply(status: .forbidden)

  static func limited(retryAfterSeconds seconds: Int) -> Reply {
    ErrorBody(
      .tooManyRequests,
      "too many wrong passwords came from there, or too many are being checked: try again later"
    )
    .reply(status: .tooManyRequests, extra: [("Retry-After", "\(seconds)")])
  }

  private static func challenged(_ challenge: Challenge, because error: AccessGate.ChallengeError?) -> Reply {
    let message =
      switch error {
      case nil: "log in to this registry, or check the user name and the password"
      case .invalidToken: "the token has expired, or is not one of this registry"
      case .insufficientScope: "the token does not cover this, or its owner may not do it"
      }
    return ErrorBody(.unauthorized, message).reply(
      status: .unauthorized,
      extra: [("WWW-Authenticate", challenge.value(because: error))]
    )
  }
}
