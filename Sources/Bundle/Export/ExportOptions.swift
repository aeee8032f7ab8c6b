public import OCI

/// What goes into a bundle.
public struct ExportOptions: Sendable {
  /// The images, by name.
  public var names: [ImageName]
  /// The platforms that are taken of an index; all if there are none here. An index keeps its bytes, and so its digest,
  /// whatever is left out.
  public var platforms: [Platform] = []
  /// Whether signatures, attestations and whatever else refers to the images goes along.
  public var withReferrers = false
  /// Earlier bundles, whose content is left out, manifests excepted.
  public var bases: [BundleBase] = []

  /// All platforms of these images, and nothing else.
  public init(names: [ImageName]) { self.names = names }
}
