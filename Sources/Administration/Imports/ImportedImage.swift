public import OCI

/// An image whose content has been handed to Berth, as it is to be known here.
public struct ImportedImage: Sendable, Equatable {
  /// The repository that includes it; an alias of its upstream will do.
  public var repository: Repository
  /// The tags that are to mean it. May be empty.
  public var tags: [Tag]
  /// Its manifest.
  public var digest: Digest
  /// The type to serve that under.
  public var mediaType: MediaType

  /// An image of these parts.
  public init(repository: Repository, tags: [Tag], digest: Digest, mediaType: MediaType) {
    (self.repository, self.tags) = (repository, tags)
    (self.digest, self.mediaType) = (digest, mediaType)
  }
}
