public import OCI

/// What a bundle will hold, known before any layer is fetched.
public struct ExportPlan: Sendable {
  /// A layer or configuration, and a repository that has it.
  struct Blob: Sendable, Equatable {
    var descriptor: Descriptor
    var repository: Repository
  }

  var index: LayoutIndex
  /// By digest, verbatim.
  var manifests: [Digest: [UInt8]] = [:]
  /// What is to be fetched, without what earlier bundles hold.
  var blobs: [Digest: Blob] = [:]
  /// What somebody should know: a platform that some image does not have, for example.
  public internal(set) var notes: [String] = []
  /// Contents left out because an earlier bundle holds them.
  public internal(set) var leftOutCount = 0
  /// Bytes of those.
  public internal(set) var leftOutBytes = RemoteSize.zero

  /// Images, and what refers to them.
  public var imageCount: Int { index.entries.count }
  /// Contents of the bundle.
  public var contentCount: Int { manifests.count + blobs.count }
  /// Bytes of the bundle's content.
  public var totalBytes: RemoteSize {
    manifests.values.map { RemoteSize(clamping: $0.count) }.saturatingSum()
      .adding(blobs.values.map(\.descriptor.size).saturatingSum())
  }
}

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
