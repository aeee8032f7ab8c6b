/// A pointer to content (image-spec §Descriptors), reduced to what Berth acts upon.
///
/// `urls` and `data` are left out on purpose: neither is ever followed or trusted (CVE-2020-15157). A list of referrers
/// passes them on; see `Referrer`.
public struct Descriptor: Sendable {
  /// The type of the content pointed to.
  public var mediaType: MediaType
  /// The content's name.
  public var digest: Digest
  /// The content's length, as whoever wrote the descriptor says.
  public var size: RemoteSize
  /// What kind of artifact the content is, if it is said.
  public var artifactType: MediaType?
  /// Remarks, by key.
  public var annotations: [String: String]
  /// What the content runs on, in an index.
  public var platform: Platform?

  /// A descriptor of these parts.
  public init(
    mediaType: MediaType,
    digest: Digest,
    size: RemoteSize,
    artifactType: MediaType? = nil,
    annotations: [String: String] = [:],
    platform: Platform? = nil
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.artifactType = artifactType
    self.annotations = annotations
    self.platform = platform
  }
}

extension Descriptor: Hashable {
  /// Feeds the digest alone: it tells descriptors apart, and annotations are an upstream's text of any length.
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
