public import Upstream

/// Why an upstream's answer was of no use, as a label.
public enum UpstreamErrorKind: Int, MetricLabel {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  case notFound, denied, rateLimited, failed, unreachable, timedOut, tls, interrupted, protocolViolation, refused
  /// It was not asked, because it had failed again and again.
  case resting
  /// Of Berth's own making: a limit of what it asks at once, a credential that cannot be read, an answer that nobody wants any more.
  case local

  /// Whether the upstream was sent a request at all.
  var isSent: Bool {
    switch self {
    case .resting, .local: false
    case .notFound, .denied, .rateLimited, .failed, .unreachable, .timedOut, .tls, .interrupted, .protocolViolation,
      .refused:
      true
    }
  }

  /// The value as it is written in `/metrics`.
  public var text: String {
    switch self {
    case .notFound: "not_found"
    case .rateLimited: "rate_limited"
    case .timedOut: "timed_out"
    case .protocolViolation: "protocol"
    default: "\(self)"
    }
  }
}

extension UpstreamErrorKind {
  /// The kind of a failure.
  public init(_ failure: UpstreamFailure) {
    self =
      switch failure {
      case .notFound, .absenceUnclear: .notFound
      case .denied: .denied
      case .rateLimited: .rateLimited
      case .failed: .failed
      case .unreachable, .unanswered: .unreachable
      case .timedOut: .timedOut
      case .resting: .resting
      case .tlsFailed: .tls
      case .interrupted: .interrupted
      case .rangeNotSatisfiable, .tooLarge, .listTooLong, .protocolViolation: .protocolViolation
      case .realmRefused, .redirectRefused: .refused
      case .overloaded, .credentialUnavailable, .memoryUsedUp, .cancelled: .local
      }
  }
}
