/// What can be shown to an endpoint before it asks.
enum Foresight {
  /// It is not known to ask for anything that there is.
  case nothing
  case proof(Proof)
  /// The proof that it is known, or guessed, to ask for could not be had with a credential.
  case failure(UpstreamFailure, of: ChallengeMemory.Demand, showing: Credential?)

  /// What is shown.
  var proof: Proof? {
    guard case .proof(let proof) = self else { return nil }
    return proof
  }
}

extension UpstreamFailure {
  /// Whether a failure to get a token may be the fault of the challenge that named service and scope, so that another one
  /// may fare better. A limit, or a credential that cannot be read, would stand in its way as well.
  var mayBeOfAnOldChallenge: Bool {
    switch self {
    case .denied, .failed, .unreachable, .timedOut, .tlsFailed, .interrupted, .protocolViolation, .realmRefused,
      .redirectRefused, .unanswered, .tooLarge, .notFound, .absenceUnclear, .rangeNotSatisfiable, .listTooLong:
      true
    case .rateLimited, .resting, .credentialUnavailable, .memoryUsedUp, .overloaded, .cancelled: false
    }
  }
}
