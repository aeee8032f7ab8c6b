/// What Berth understands of a manifest or an index: a tolerant view over bytes that are served as they came.
///
/// A descriptor of a digest algorithm that Berth cannot verify is left out of every property here; the document that
/// names it stays valid and is served verbatim.
public struct Manifest: Sendable, Hashable {
  /// The shape of a document.
  public enum Kind: Sendable, Hashable {
    /// Names manifests.
    case index
    /// Names a configuration and layers.
    case image
    /// Docker's first schema: passed through, nothing of it is read.
    case schema1
    /// Of a media type that Berth does not know: passed through.
    case other
  }

  /// What the document is to be served as.
  public let mediaType: MediaType
  /// The document's shape.
  public let kind: Kind
  /// The configuration, of an image.
  public let config: Descriptor?
  /// The layers, of an image, in order.
  public let layers: [Descriptor]
  /// The children, of an index, in order.
  public let manifests: [Descriptor]
  /// What this document refers to, such as the image that it signs (image-spec §Image Manifest, `subject`).
  public let subject: Descriptor?
  /// What kind of artifact this is, if it is said.
  public let artifactType: MediaType?
  /// Remarks, by key.
  public let annotations: [String: String]
  /// Kept apart from `config`, whose digest may be of an unknown algorithm.
  let configMediaType: MediaType?

  /// All content that this document includes, each digest once: manifests, configuration, layers. Not the subject.
  public var referenced: [Descriptor] {
    var seen: Set<Digest> = []
    return (manifests + [config].compactMap { $0 } + layers).filter { seen.insert($0.digest).inserted }
  }

  /// The artifact type to list this document under as a referrer (distribution-spec §Listing Referrers: of an image
  /// manifest the configuration's media type if there is no `artifactType`; of an index none then).
  public var effectiveArtifactType: MediaType? { artifactType ?? (kind == .image ? configMediaType : nil) }
}
