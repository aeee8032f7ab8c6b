import OCI
import Upstream

extension PullThroughError {
  /// An upstream's failure as it concerns one blob.
  init(_ error: UpstreamError, blob digest: Digest, in repository: Repository) {
    self.init(error, in: repository, missing: .blobUnknown(repository, digest))
  }

  /// An upstream's failure as it concerns one manifest.
  init(_ error: UpstreamError, manifest reference: Reference, in repository: Repository) {
    if case .absenceUnclear = error.failure {
      self = .manifestAbsenceUnclear(repository, reference)
    } else {
      self.init(error, in: repository, missing: .manifestUnknown(repository, reference))
    }
  }

  /// An upstream's failure; `missing` is what a 404 means.
  init(_ error: UpstreamError, in repository: Repository, missing: PullThroughError) {
    let upstream = repository.upstream
    switch error.failure {
    case .notFound, .absenceUnclear:
      self = missing
    case .denied(let status, let said):
      self = .denied(repository, status: status, reason: "\(error.failure)\(error.advice(said))")
    case .listTooLong:
      self = .listTooLong(repository, reason: "\(error.failure)")
    case .rateLimited(let retryAfter, _):
      self = .rateLimited(upstream, retryAfterSeconds: retryAfter.map(\.wholeSeconds))
    case .resting(let pause, after: .timedOut):
      self = .upstreamTimedOut(upstream, reason: "\(error.failure)", retryAfterSeconds: pause.wholeSeconds)
    case .resting(let pause, _):
      self = .upstreamFailed(upstream, reason: "\(error.failure)", retryAfterSeconds: pause.wholeSeconds)
    case .memoryUsedUp:
      self = .busy(.memory)
    case .timedOut:
      self = .upstreamTimedOut(upstream, reason: "\(error.failure)")
    case .overloaded:
      self = .overloaded(upstream)
    case .failed, .unreachable, .unanswered, .tlsFailed, .interrupted, .rangeNotSatisfiable, .tooLarge,
      .protocolViolation, .realmRefused, .redirectRefused, .credentialUnavailable, .cancelled:
      self = .upstreamFailed(upstream, reason: "\(error.failure)")
    }
  }
}

extension UpstreamError {
  /// What an operator can do about a denial; nothing where it was a page for people that denied.
  fileprivate func advice(_ page: String?) -> String {
    if page != nil { return "" }
    return hasCredentials
      ? "; the credentials that Berth has for it are not enough"
      : "; an operator can give Berth credentials for \(upstream)"
  }
}

extension UpstreamFailure {
  /// Whether the same request, made again, may well go better.
  var mayHeal: Bool {
    switch self {
    case .failed, .resting, .unreachable, .unanswered, .overloaded, .timedOut, .tlsFailed, .interrupted, .rateLimited,
      .denied, .protocolViolation, .rangeNotSatisfiable:
      true
    case .notFound, .absenceUnclear, .tooLarge, .listTooLong, .realmRefused, .redirectRefused, .credentialUnavailable,
      .memoryUsedUp, .cancelled:
      false
    }
  }
}

extension Duration {
  /// Rounded up, at least one: who comes back a moment early is refused again.
  package var wholeSeconds: Int64 { max(1, components.seconds + (components.attoseconds > 0 ? 1 : 0)) }
}
