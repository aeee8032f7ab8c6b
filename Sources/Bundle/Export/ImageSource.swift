public import OCI

/// A manifest as a registry gives it out, its digest verified.
public struct SourceManifest: Sendable {
  /// What names the bytes.
  public var digest: Digest
  /// The type it is served under.
  public var mediaType: MediaType
  /// Verbatim.
  public var bytes: [UInt8]

  /// A manifest of these parts.
  public init(digest: Digest, mediaType: MediaType, bytes: [UInt8]) {
    (self.digest, self.mediaType, self.bytes) = (digest, mediaType, bytes)
  }
}

/// Where exported images come from.
public protocol ImageSource: Sendable {
  /// The manifest that `reference` names; nil if there is none.
  func manifest(_ reference: Reference, in repository: Repository) async throws(BundleError) -> SourceManifest?
  /// All tags of a repository.
  func tags(in repository: Repository) async throws(BundleError) -> Set<Tag>
  /// What refers to a manifest; none where nothing is known of it.
  func referrers(of subject: Digest, in repository: Repository) async throws(BundleError) -> [Descriptor]
  /// Hands a blob's bytes to `take`, in order. They are not verified.
  ///
  /// - Returns: false, having handed over nothing, if there is no such blob.
  func blob(
    _ digest: Digest,
    in repository: Repository,
    take: (UnsafeRawBufferPointer) throws(BundleError) -> Void
  ) async throws(BundleError) -> Bool
}
