public import OCI

/// What an upstream says about a blob without sending it. All of it is a claim.
public struct BlobHead: Sendable, Hashable {
  /// `Docker-Content-Digest`; nil if it is missing or names an algorithm that Berth cannot verify.
  public var digest: Digest?
  /// How long the whole blob is, in bytes; nil if the upstream does not say.
  public var size: Int64?

  /// A claim made of its parts.
  public init(digest: Digest?, size: Int64?) { (self.digest, self.size) = (digest, size) }
}
