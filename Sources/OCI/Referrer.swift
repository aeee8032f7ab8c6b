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
