public import OCI

/// Why content or an image cannot be taken in.
public enum ImportError: Error, Sendable, Equatable {
  /// The registry that the image comes from is not configured; `known` are those that are.
  case upstreamUnknown(UpstreamName, known: [UpstreamName])
  /// The bytes sent are not what the digest says.
  case contentMismatch(Digest, found: Digest)
  /// More or fewer bytes came than were announced.
  case sizeMismatch(Digest, announced: Int64, received: Int64)
  /// The image needs content that is not held.
  case incomplete(Repository, missing: [Digest])
  /// A manifest that is malformed or ambiguous.
  case manifestRefused(Digest, reason: String)
  /// Berth's own store failed.
  case storeFailed(reason: String)
}

extension ImportError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .upstreamUnknown(let name, let known):
      "\(name) is not a configured upstream: add it under upstreams: (there are "
        + "\(known.prefix(5).map(\.description).joined(separator: ", "))\(known.count > 5 ? ", …" : ""))"
    case .contentMismatch(let digest, let found): "the bytes of \(digest) have the digest \(found)"
    case .sizeMismatch(let digest, let announced, let received):
      "\(received) bytes of \(digest) came, \(announced) were announced"
    case .incomplete(let repository, let missing):
      "\(repository): \(missing.count) contents are missing, such as \(missing.first?.description ?? "")"
    case .manifestRefused(let digest, let reason): "\(digest): \(reason)"
    case .storeFailed(let reason): "the store failed: \(reason)"
    }
  }
}
