/// A label whose values are a fixed set, so that the number of series is bounded by the code.
public protocol MetricLabel: CaseIterable, RawRepresentable, Sendable where RawValue == Int {
  /// The value as it is written in `/metrics`.
  var text: String { get }
}

/// What a client's request asks for.
public enum Endpoint: Int, MetricLabel {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  case ping, manifest, blob, tags, referrers, upload, token
  /// Nothing that the distribution API has.
  case other

  /// The value as it is written in `/metrics`.
  public var text: String { "\(self)" }
}

/// How a client's request was answered.
public enum RequestOutcome: Int, MetricLabel {
  /// From what is held or known, without waiting for anybody.
  case hit
  /// Something had to be fetched for it.
  case miss
  /// It shared a transfer that others had started.
  case joined
  /// With the last good answer, because the upstream is in trouble.
  case stale
  /// The upstream does not have it, or no upstream of that name is configured.
  case notFound
  /// The upstream refuses it.
  case denied
  /// The request itself is at fault.
  case refused
  /// The upstream's rate limit is used up.
  case limited
  /// The upstream or the store is in trouble.
  case failed

  /// The value as it is written in `/metrics`.
  public var text: String { self == .notFound ? "not_found" : "\(self)" }

  /// What an answer's status says when nothing better is known.
  public init(status: Int) {
    self =
      switch status {
      case ..<400: .hit
      case 401, 403: .denied
      case 404: .notFound
      case 429: .limited
      case ..<500: .refused
      default: .failed
      }
  }
}

/// Where the bytes that clients got came from.
public enum ServedSource: Int, MetricLabel {
  /// The store, or memory.
  case held
  /// A download that somebody else had started.
  case joined
  /// A download made for the client itself.
  case fetched

  /// The value as it is written in `/metrics`.
  public var text: String { "\(self)" }
}

/// What an upstream is asked for.
public enum UpstreamAsk: Int, MetricLabel {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  case manifestGet, manifestHead, blobGet, blobHead, tagList, referrers

  /// The value as it is written in `/metrics`.
  public var text: String {
    switch self {
    case .manifestGet: "manifest_get"
    case .manifestHead: "manifest_head"
    case .blobGet: "blob_get"
    case .blobHead: "blob_head"
    case .tagList: "tags"
    case .referrers: "referrers"
    }
  }
}

/// How a piece of work ended.
public enum WorkResult: Int, MetricLabel {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  case completed, failed

  /// The value as it is written in `/metrics`.
  public var text: String { "\(self)" }
}
