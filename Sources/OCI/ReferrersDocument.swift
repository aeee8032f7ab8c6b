/// A list of referrers: an OCI index whose manifests refer to one subject (distribution-spec §Listing Referrers).
public struct ReferrersDocument: Sendable, Hashable {
  /// The referrers.
  public var descriptors: [Descriptor]

  /// A list of these.
  public init(_ descriptors: [Descriptor]) { self.descriptors = descriptors }

  /// Reads the answer of a referrers API, or the index under a fallback tag.
  ///
  /// - Parameters:
  ///   - bytes: at most `limits.maxReferrersPageBytes`.
  ///   - declared: the `Content-Type` that came with it.
  ///   - limits: as in `Manifest.parse`.
  /// - Throws: what `Manifest.parse` throws; `OCIError.invalidManifest` if it is not an index.
  public static func parse(
    _ bytes: UnsafeRawBufferPointer,
    declared: MediaType?,
    limits: Limits
  ) throws(OCIError) -> ReferrersDocument {
    var limits = limits
    limits.maxManifestBytes = limits.maxReferrersPageBytes
    let manifest = try Manifest.parse(bytes, declared: declared, limits: limits)
    guard manifest.kind == .index else { throw .invalidManifest("not an index") }
    return ReferrersDocument(manifest.manifests)
  }

  /// Those of one artifact type (the `artifactType` filter).
  public func filtered(by artifactType: MediaType) -> ReferrersDocument {
    ReferrersDocument(descriptors.filter { $0.artifactType == artifactType })
  }

  /// The index as JSON; without referrers its `manifests` is an empty array. Equal lists give equal bytes.
  public func render() -> [UInt8] {
    JSONText.render([
      "schemaVersion": 2,
      "mediaType": .string(MediaType.ociIndex.description),
      "manifests": .array(descriptors.map(\.json)),
    ])
  }
}
