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
