public import OCI

/// What is asked of a repository, whoever asks and by whichever verb: routes, the access gate, errors and metrics all name it so.
public enum RepositoryOperation: Sendable, Equatable {
  /// A manifest, by tag or digest.
  case manifest(Reference)
  /// A blob.
  case blob(Digest)
  /// The list of tags: a page of `limit` names behind `last`, or all of them.
  case tags(limit: Int? = nil, last: String? = nil)
  /// What refers to a manifest, all of it or of one type.
  case referrers(Digest, artifactType: String? = nil)
  /// A blob that is to be added. Only repositories of Berth's own can have that.
  case upload

  /// Under which label such requests are counted.
  public var endpoint: Endpoint {
    switch self {
    case .manifest: .manifest
    case .blob: .blob
    case .tags: .tags
    case .referrers: .referrers
    case .upload: .upload
    }
  }
}
