public import OCI

/// What an upstream says about a manifest without sending it. All of it is a claim, to be checked against the bytes.
public struct ManifestHead: Sendable, Hashable {
  /// `Docker-Content-Digest`; nil if it is missing or names an algorithm that Berth cannot verify.
  public var digest: Digest?
  /// `Content-Type`, without parameters.
  public var mediaType: MediaType?
  /// `Content-Length`, in bytes.
  public var size: Int64?

  /// A claim made of its parts.
  public init(digest: Digest?, mediaType: MediaType?, size: Int64?) {
    (self.digest, self.mediaType, self.size) = (digest, mediaType, size)
  }
}
