/// What this module refuses, and why.
///
/// Payloads that quote outside input hold an excerpt: at most 80 printable ASCII characters, so that an error may be
/// logged or sent to a client as it stands.
public enum OCIError: Error, Sendable, Hashable {
  /// Not of the form `algorithm:encoded`, or the encoded part is not what the algorithm asks for.
  case invalidDigest(String)
  /// A well-formed digest of an algorithm that Berth cannot verify, such as `blake3:…` or `md5:…`.
  case unsupportedDigestAlgorithm(String)
  /// Not a repository name by the specification's grammar, or longer than 255 bytes.
  case invalidRepositoryName(String)
  /// Not a tag by the specification's grammar.
  case invalidTag(String)
  /// Not `host`, `host:port` or `[IPv6]:port`.
  case invalidUpstreamName(String)
  /// Not `upstream/name`.
  case invalidRepository(String)
  /// Not `type:name:actions`.
  case invalidScope(String)
  /// A document longer than its limit. Both are bytes.
  case documentTooLarge(size: Int, limit: Int)
  /// Not strict JSON, or beyond the limits of a document; `offset` is the byte at which reading stopped.
  case invalidJSON(reason: String, offset: Int)
  /// JSON, but not a manifest that has one meaning only.
  case invalidManifest(String)
}

extension OCIError: CustomStringConvertible {
  /// One line for an operator or a client.
  public var description: String {
    switch self {
    case .invalidDigest(let text): "invalid digest “\(text)”"
    case .unsupportedDigestAlgorithm(let text): "unsupported digest algorithm in “\(text)”"
    case .invalidRepositoryName(let text): "invalid repository name “\(text)”"
    case .invalidTag(let text): "invalid tag “\(text)”"
    case .invalidUpstreamName(let text): "invalid upstream name “\(text)”"
    case .invalidRepository(let text): "invalid repository “\(text)”"
    case .invalidScope(let text): "invalid scope “\(text)”"
    case .documentTooLarge(let size, let limit): "document of \(size) bytes; at most \(limit) are taken"
    case .invalidJSON(let reason, let offset): "invalid JSON at byte \(offset): \(reason)"
    case .invalidManifest(let reason): "invalid manifest: \(reason)"
    }
  }

  /// The code that tells a client of this error (distribution-spec §Error Codes).
  public var code: ErrorCode {
    switch self {
    case .invalidDigest, .unsupportedDigestAlgorithm: .digestInvalid
    case .invalidRepositoryName, .invalidRepository, .invalidUpstreamName: .nameInvalid
    case .documentTooLarge: .sizeInvalid
    case .invalidTag, .invalidJSON, .invalidManifest: .manifestInvalid
    case .invalidScope: .unsupported
    }
  }
}

/// The codes of an error answer (distribution-spec §Error Codes).
///
/// The list binds the bodies of 4xx answers; `unavailable` is Berth's own, for 5xx answers in the same form.
public enum ErrorCode: String, Sendable, CaseIterable {
  case blobUnknown = "BLOB_UNKNOWN"
  case blobUploadInvalid = "BLOB_UPLOAD_INVALID"
  case blobUploadUnknown = "BLOB_UPLOAD_UNKNOWN"
  case digestInvalid = "DIGEST_INVALID"
  case manifestBlobUnknown = "MANIFEST_BLOB_UNKNOWN"
  case manifestInvalid = "MANIFEST_INVALID"
  case manifestUnknown = "MANIFEST_UNKNOWN"
  case nameInvalid = "NAME_INVALID"
  case nameUnknown = "NAME_UNKNOWN"
  case sizeInvalid = "SIZE_INVALID"
  case unauthorized = "UNAUTHORIZED"
  case denied = "DENIED"
  case unsupported = "UNSUPPORTED"
  case tooManyRequests = "TOOMANYREQUESTS"
  /// Not of the specification: upstream or Berth cannot answer now (5xx).
  case unavailable = "UNAVAILABLE"
}
