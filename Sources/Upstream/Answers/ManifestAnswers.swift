public import Memory
public import NIOCore
public import OCI

/// A manifest as an upstream sent it: the bytes are verbatim and not yet verified.
public struct FetchedManifest: Sendable {
  /// The body, at most `Limits.maxManifestBytes`.
  public var bytes: ByteBuffer
  /// `Content-Type`, without parameters.
  public var mediaType: MediaType?
  /// `Docker-Content-Digest`, a hint only; nil if it is missing or names an algorithm that Berth cannot verify.
  public var declaredDigest: Digest?

  /// Room for the bytes and for what is read from them.
  public let reservation: MemoryReservation

  /// A manifest made of its parts.
  public init(bytes: ByteBuffer, mediaType: MediaType?, declaredDigest: Digest?, reservation: MemoryReservation) {
    (self.bytes, self.mediaType, self.declaredDigest) = (bytes, mediaType, declaredDigest)
    self.reservation = reservation
  }
}

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
