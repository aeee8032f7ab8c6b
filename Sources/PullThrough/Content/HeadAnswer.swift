import OCI
import Upstream

/// What an upstream's answer to a HEAD of a tag tells.
enum HeadAnswer: Equatable {
  /// The tag stands for this.
  case standsFor(Digest)
  /// There is such a tag, and nothing tells what it stands for.
  case isThere
  /// Only a GET can tell.
  case saysNothing

  /// Whether upstream says that there is such a tag.
  var isThere: Bool { self != .saysNothing }

  /// Whether a HEAD's failure is to be checked by a GET.
  ///
  /// Some registries do not answer HEAD, answer it with 404 for what a GET finds, or lead it to storage that refuses it.
  /// Where a manifest is held, nothing that a HEAD denies is believed at once; where none is, nothing would be lost.
  static func isWorthAGet(_ failure: UpstreamFailure, isHeld: Bool) -> Bool {
    switch failure {
    case .notFound, .absenceUnclear, .denied: isHeld
    case .failed(let status, _): (400..<500).contains(status)
    case .rateLimited, .resting, .unreachable, .timedOut, .tlsFailed, .interrupted, .rangeNotSatisfiable, .tooLarge,
      .listTooLong, .protocolViolation, .realmRefused, .redirectRefused, .credentialUnavailable,
      .memoryUsedUp, .unanswered, .overloaded, .cancelled:
      false
    }
  }
}
