extension UpstreamFailure {
  /// Whom a failure of an exchange speaks against.
  enum Blame {
    /// Whoever was connected to, or could not be: whatever is asked, it will fail alike.
    case host
    /// That one thing, at first: a gateway's word, or none, about what was asked for.
    case thing
    /// What was asked: the other side is well.
    case request
    /// Nobody: the other side was not asked to the end.
    case nobody
  }

  /// A 500 may be about one broken repository, and costs no waiting. 502, 503 and 504 are a gateway's word that nobody
  /// stands behind it, or storage's that one object is lost.
  var blame: Blame {
    switch self {
    case .unreachable, .tlsFailed, .timedOut(.connect), .timedOut(.tls): .host
    case .unanswered, .interrupted, .timedOut(.firstByte): .thing
    case .failed(let status, _): Self.isGatewayTrouble(status) ? .thing : .request
    case .cancelled, .rateLimited, .resting, .credentialUnavailable, .overloaded, .memoryUsedUp: .nobody
    case .notFound, .absenceUnclear, .denied, .timedOut, .rangeNotSatisfiable, .tooLarge, .listTooLong,
      .protocolViolation, .realmRefused, .redirectRefused:
      .request
    }
  }

  static func isGatewayTrouble(_ status: Int) -> Bool { (502...504).contains(status) }
}
