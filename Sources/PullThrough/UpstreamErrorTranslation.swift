import OCI
import Upstream

extension PullThroughError {
  /// An upstream's failure as it concerns one blob.
  init(_ error: UpstreamError, blob digest: Digest, in repository: Repository) {
    self.init(error, in: repository, missing: .blobUnknown(repository, digest))
  }

  /// An upstream's failure as it concerns one manifest.
  init(_ error: UpstreamError, manifest reference: Reference, in repository: Repository) {
    self.init(error, in: repository, missing: .manifestUnknown(repository, reference))
  }

  /// An upstream's failure; `missing` is what a 404 means.
  init(_ error: UpstreamError, in repository: Repository, missing: PullThroughError) {
    let upstream = repository.upstream
    switch error.failure {
    case .notFound:
      self = missing
    case .denied(let status):
      self = .denied(repository, status: status, reason: "\(error.failure)")
    case .rateLimited(let retryAfter, _):
      self = .rateLimited(upstream, retryAfterSeconds: retryAfter.map { max(1, $0.components.seconds) })
    case .timedOut:
      self = .upstreamTimedOut(upstream, reason: "\(error.failure)")
    case .failed, .unreachable, .tlsFailed, .interrupted, .rangeNotSatisfiable, .tooLarge, .protocolViolation,
      .realmRefused, .redirectRefused, .credentialUnavailable, .cancelled:
      self = .upstreamFailed(upstream, reason: "\(error.failure)")
    }
  }
}

extension UpstreamFailure {
  /// Whether the same request, made again, may well go better.
  var mayHeal: Bool {
    switch self {
    case .failed, .unreachable, .timedOut, .tlsFailed, .interrupted, .rateLimited, .denied, .protocolViolation: true
    case .notFound, .rangeNotSatisfiable, .tooLarge, .realmRefused, .redirectRefused, .credentialUnavailable,
      .cancelled:
      false
    }
  }
}
