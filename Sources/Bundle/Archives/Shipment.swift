public import OCI

/// What an archive brings: images under their names, and content. All of it has been read and agrees with itself.
public struct Shipment: Sendable {
  /// A manifest that some repository is to include, with all that the manifest names.
  public struct Image: Sendable, Equatable {
    /// The repository.
    public var repository: Repository
    /// What it is called there; none for what is known by digest, such as a signature.
    public var tags: [Tag]
    /// The manifest.
    public var manifest: Descriptor
  }

  /// The images, those without a subject first.
  public var images: [Image]
  /// Content that is in the archive.
  public var contents: [Digest: StoredContent]
  /// Content that the images need and an earlier bundle holds.
  public var expected: [Descriptor] = []
  /// Digests of the `index.json` of those bundles.
  public var bases: [Digest] = []
  /// Manifests of platforms that the archive leaves out.
  public var leftOut: [Descriptor] = []
  /// Contents that belong to no image and are passed over.
  public var unusedCount = 0
  /// Whether images that turn out damaged are left out, instead of the whole being refused.
  public var mayBePartial = false
  /// What was left out so far, and why.
  public var skipped: [String] = []

  /// Bytes of all content in the archive.
  public var totalBytes: RemoteSize { contents.values.lazy.map { RemoteSize(clamping: $0.size) }.saturatingSum() }
}
