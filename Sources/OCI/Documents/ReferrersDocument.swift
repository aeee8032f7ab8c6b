/// A manifest that refers to another, as a list of referrers describes it (distribution-spec §Listing Referrers).
///
/// The description is passed on as it came: clients compare an artifact type letter by letter, and read members that Berth
/// does not know or act upon (`data`, `urls`).
public struct Referrer: Sendable, Hashable {
  /// What Berth understands of it.
  public let descriptor: Descriptor
  /// The whole description: its members in their order, with their values.
  public let json: JSONObject

  /// A referrer that Berth describes itself.
  public init(_ descriptor: Descriptor) {
    self.descriptor = descriptor
    json = descriptor.json.object ?? JSONObject()
  }

  /// Reads a description; nil if its digest is of an algorithm that Berth cannot verify.
  ///
  /// - Throws: `OCIError.invalidManifest` and `OCIError.invalidDigest` if it is no descriptor.
  public init?(json value: JSONValue, limits: Limits) throws(OCIError) {
    guard let descriptor = try Descriptor(json: value, limits: limits), let object = value.object else { return nil }
    (self.descriptor, json) = (descriptor, object)
  }

  /// The artifact type as it stands: no media type need have been written there, nor lower case.
  public var artifactType: String? { json["artifactType"]?.string }

  /// Feeds the digest alone: descriptions are an upstream's text of any length.
  public func hash(into hasher: inout Hasher) { hasher.combine(descriptor.digest) }
}

/// A list of referrers: an OCI index whose manifests refer to one subject (distribution-spec §Listing Referrers).
public struct ReferrersDocument: Sendable, Hashable {
  /// The referrers.
  public var referrers: [Referrer]

  /// A list of these.
  public init(_ referrers: [Referrer]) { self.referrers = referrers }

  /// Reads the answer of a referrers API, or the index under a fallback tag.
  ///
  /// - Parameters:
  ///   - bytes: at most `limits.maxReferrersBytes`.
  ///   - declared: the `Content-Type` that came with it.
  ///   - limits: as in `Manifest.parse`.
  /// - Throws: what `Manifest.parse` throws; `OCIError.invalidManifest` if it is not an index.
  public static func parse(
    _ bytes: UnsafeRawBufferPointer,
    declared: MediaType?,
    limits: Limits
  ) throws(OCIError) -> ReferrersDocument {
    let document = try ManifestDocument(parsing: bytes, maxBytes: limits.maxReferrersBytes, limits: limits)
    let mediaType = try document.mediaType(declared: declared)
    guard try document.kind(of: mediaType) == .index else { throw .invalidManifest("not an index") }
    return ReferrersDocument(try document.referrers(limits))
  }

  /// Those of one artifact type (the `artifactType` filter), compared as it stands.
  public func filtered(by artifactType: String) -> ReferrersDocument {
    ReferrersDocument(referrers.filter { $0.artifactType == artifactType })
  }

  /// The index as JSON; without referrers its `manifests` is an empty array. Equal lists give equal bytes.
  public func render() -> [UInt8] {
    JSONText.render([
      "schemaVersion": 2,
      "mediaType": .string(MediaType.ociIndex.description),
      "manifests": .array(referrers.map { .object($0.json) }),
    ])
  }
}
