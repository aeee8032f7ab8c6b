extension Manifest {
  /// Reads a manifest, and refuses one that could mean different things to different readers.
  ///
  /// - A `mediaType` in the document must be the declared one; without either the shape decides, and a type must fit
  ///   the shape. A document with both `manifests` and `layers` or `config` is neither (CVE-2021-41190).
  /// - The JSON is strict (`StrictJSON`), and no name may differ from a known one in case alone.
  /// - At most `limits.maxManifestBytes` long, which bounds the number of descriptors; each has a size from 0 to
  ///   `limits.maxBlobBytes`.
  /// - A member that is `null` counts as absent, except that an index may write its empty list so.
  ///
  /// - Parameters:
  ///   - bytes: the document as it came.
  ///   - declared: the `Content-Type` that came with it. Types that say nothing (`application/json`,
  ///     `application/octet-stream`, `text/plain`, S3's `binary/octet-stream`) count as none.
  ///   - limits: the bounds above, and those of JSON.
  /// - Throws: `OCIError.documentTooLarge`, `.invalidJSON`, `.invalidManifest`, `.invalidDigest`.
  public static func parse(
    _ bytes: UnsafeRawBufferPointer,
    declared: MediaType?,
    limits: Limits
  ) throws(OCIError) -> Manifest {
    let document = try ManifestDocument(parsing: bytes, maxBytes: limits.maxManifestBytes, limits: limits)
    let mediaType = try document.mediaType(declared: declared)
    let kind = try document.kind(of: mediaType)
    return try Manifest(document, mediaType: mediaType, kind: kind, limits)
  }

  private init(_ document: ManifestDocument, mediaType: MediaType, kind: Kind, _ limits: Limits) throws(OCIError) {
    self.mediaType = mediaType
    self.kind = kind
    config = kind == .image ? try document.descriptor("config", limits) : nil
    configMediaType = kind == .image ? document.configMediaType : nil
    layers = kind == .image ? try document.descriptors("layers", limits) : []
    manifests = kind == .index ? try document.descriptors("manifests", limits) : []
    subject = kind == .schema1 ? nil : try document.descriptor("subject", limits)
    artifactType = kind == .schema1 ? nil : document.artifactType
    annotations = kind == .schema1 ? [:] : document.annotations
  }
}
