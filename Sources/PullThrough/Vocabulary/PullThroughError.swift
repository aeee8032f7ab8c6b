public import OCI

/// Why a request could not be answered with content, in terms of what was asked for.
///
/// The server's one table maps each case to an HTTP status and an OCI error code.
public enum PullThroughError: Error, Sendable, Equatable {
  /// No configured upstream goes by that name. Nothing was dialled.
  case upstreamUnknown(requested: String, known: [UpstreamName])
  /// The name's first segment selects one upstream and `ns` another; serving either could be the wrong image.
  case upstreamsDisagree(prefix: UpstreamName, namespace: String)
  /// Nothing is left of the name once the upstream's prefix is taken off.
  case nameMissing(UpstreamName)
  /// The upstream says that the repository does not exist, or the name breaks the grammar.
  case repositoryUnknown(Repository)
  case manifestUnknown(Repository, Reference)
  /// An upstream's 404 that may not be a registry's: nothing is held that could be served, and nothing is dropped.
  case manifestAbsenceUnclear(Repository, Reference)
  case blobUnknown(Repository, Digest)
  /// The upstream refuses this repository to Berth's credentials (or to anonymous access). `status` is 401 or 403.
  case denied(Repository, status: Int, reason: String)
  /// The upstream's rate limit is used up. `retryAfterSeconds` is what it asked for, if it said.
  case rateLimited(UpstreamName, retryAfterSeconds: Int64?)
  /// The upstream answered with nonsense or a 5xx, broke off, or could not be reached. It will not be asked again within
  /// `retryAfterSeconds`; nil if it may be at once.
  case upstreamFailed(UpstreamName, reason: String, retryAfterSeconds: Int64? = nil)
  /// The upstream did not answer in time. `retryAfterSeconds` is as above.
  case upstreamTimedOut(UpstreamName, reason: String, retryAfterSeconds: Int64? = nil)
  /// The upstream's bytes are not what the digest or the length says.
  case contentMismatch(Repository, Digest, reason: String)
  /// The upstream's manifest is ambiguous or malformed, so it is neither served nor kept.
  case manifestRefused(Repository, Reference, reason: String)
  /// A list of the upstream's is longer than Berth keeps. A part of it would pass for the whole.
  case listTooLong(Repository, reason: String)
  /// Too many transfers wait already, or this one has waited for too long.
  case overloaded(UpstreamName)
  /// Berth itself has more to do than it can at once: what is held in memory is served, the rest is to come again shortly.
  case busy(Shortage)
  /// It was given up, for nobody waited for it any more. Whoever comes to ask may do so again at once.
  case abandoned(Repository, Digest)
  /// It is not held, and this Berth never asks upstream.
  case offline(Repository, RepositoryOperation)
  /// Berth's own store failed.
  case storeFailed(reason: String)

  /// What Berth has too little of for the moment.
  public enum Shortage: Sendable, Equatable {
    /// Documents and answers take as much memory as they may.
    case memory
    /// An event loop is behind with its work.
    case processors
  }

  /// True when asking again, or another source, could help: the upstream is in trouble, not the request.
  public var isUpstreamTrouble: Bool {
    switch self {
    case .rateLimited, .upstreamFailed, .upstreamTimedOut, .contentMismatch, .manifestRefused, .overloaded, .busy,
      .manifestAbsenceUnclear:
      true
    case .upstreamUnknown, .upstreamsDisagree, .nameMissing, .repositoryUnknown, .manifestUnknown, .blobUnknown,
      .denied, .listTooLong, .abandoned, .offline, .storeFailed:
      false
    }
  }
}

extension PullThroughError {
  /// Whether upstream has answered, and has nothing to give.
  var saysThatThereIsNone: Bool {
    switch self {
    case .repositoryUnknown, .manifestUnknown, .blobUnknown, .denied: true
    case .upstreamUnknown, .upstreamsDisagree, .nameMissing, .rateLimited, .upstreamFailed, .upstreamTimedOut,
      .contentMismatch, .manifestRefused, .manifestAbsenceUnclear, .listTooLong, .overloaded, .busy, .abandoned,
      .offline,
      .storeFailed:
      false
    }
  }

  /// Whether upstream does not have a manifest, as far as its answer can be believed.
  var saysThatAManifestIsMissing: Bool {
    switch self {
    case .manifestUnknown, .manifestAbsenceUnclear: true
    case .upstreamUnknown, .upstreamsDisagree, .nameMissing, .repositoryUnknown, .blobUnknown, .denied, .rateLimited,
      .upstreamFailed, .upstreamTimedOut, .contentMismatch, .manifestRefused, .listTooLong, .overloaded, .busy,
      .abandoned, .offline, .storeFailed:
      false
    }
  }

  /// A few words for a `Warning` header.
  var summary: String {
    switch self {
    case .rateLimited: "rate limit reached"
    case .upstreamTimedOut: "timed out"
    case .busy: "not asked, as this mirror is busy"
    case .upstreamFailed(_, let reason, _): reason
    case .manifestAbsenceUnclear: "answers 404, but not as a registry does"
    case .upstreamUnknown, .upstreamsDisagree, .nameMissing, .repositoryUnknown, .manifestUnknown, .blobUnknown,
      .denied,
      .contentMismatch, .manifestRefused, .listTooLong, .overloaded, .abandoned, .offline, .storeFailed:
      "not usable"
    }
  }

  /// Whether it is of no use to ask the same upstream about other content now.
  var isTroubleOfUpstream: Bool {
    switch self {
    case .rateLimited, .overloaded, .offline, .upstreamUnknown, .upstreamFailed, .upstreamTimedOut, .contentMismatch,
      .manifestRefused, .busy, .manifestAbsenceUnclear:
      true
    case .upstreamsDisagree, .nameMissing, .repositoryUnknown, .manifestUnknown, .blobUnknown, .denied, .listTooLong,
      .abandoned, .storeFailed:
      false
    }
  }
}
