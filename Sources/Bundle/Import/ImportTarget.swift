public import OCI

/// What bringing images in will change.
public struct ImportPreview: Sendable, Equatable {
  /// A tag that will have a meaning that it does not have now.
  public struct TagChange: Sendable, Equatable {
    /// The tag in full, `docker.io/library/alpine:3.20`.
    public var name: String
    /// What it means now; nil if it is not known.
    public var old: Digest?
    /// What it will mean.
    public var new: Digest

    /// A change of these parts.
    public init(name: String, old: Digest?, new: Digest) {
      (self.name, self.old, self.new) = (name, old, new)
    }
  }

  /// Content that was asked about and is not held.
  public var missing: Set<Digest>
  /// Tags that will change.
  public var changes: [TagChange]

  /// A preview of these parts.
  public init(missing: Set<Digest>, changes: [TagChange]) {
    (self.missing, self.changes) = (missing, changes)
  }
}

/// A Berth that images are brought into.
public protocol ImportTarget: Sendable {
  /// What bringing in `images` would change, and which of `contents` are not held. Changes nothing.
  ///
  /// - Throws: ``BundleError/importFailed(_:)``, also when an image is of a registry that is not configured there.
  func preview(_ images: [Shipment.Image], contents: [Digest]) async throws(BundleError) -> ImportPreview

  /// Sends content. It is verified there, and on disk when this returns.
  ///
  /// - Parameter sent: told how many more bytes have gone.
  /// - Throws: ``BundleError/contentDiffers(_:found:)`` if the bytes are not what the digest says.
  func send(
    _ digest: Digest,
    _ content: StoredContent,
    sent: @escaping @Sendable (Int64) -> Void
  ) async throws(BundleError)

  /// Makes an image known under its names, all of whose content is held. On disk when this returns.
  func include(_ image: Shipment.Image) async throws(BundleError)
}
