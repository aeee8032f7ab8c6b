/// All content that some manifests include: found by reading manifest after manifest. Pure: whoever walks it does the
/// reading.
///
/// ```
/// var closure = ManifestClosure()
/// try closure.add(root)
/// while let descriptor = closure.next() {
///   try closure.read(parsedManifest(descriptor), of: descriptor)    // or closure.leaveOut(descriptor)
/// }
/// ```
///
/// A digest is visited once, so that documents which name one another in a circle end the walk like any others.
public struct ManifestClosure: Sendable {
  private var known: [Digest: Descriptor] = [:]
  private var waiting: [Descriptor] = []
  /// Manifests in the order in which they were read.
  public private(set) var manifests: [Descriptor] = []
  /// Configurations, layers and whatever else is not a manifest, in the order in which they were met.
  public private(set) var blobs: [Descriptor] = []
  /// Manifests that the walker did not follow.
  public private(set) var leftOut: [Descriptor] = []

  /// Nothing yet.
  public init() {}

  /// Whether the closure includes that content, as far as it has been walked.
  public func contains(_ digest: Digest) -> Bool { known[digest] != nil }

  /// Adds a manifest to be walked.
  ///
  /// - Throws: `OCIError.invalidManifest` when the same content is said elsewhere to have another size.
  public mutating func add(_ root: Descriptor) throws(OCIError) {
    try visit(root, isManifest: true)
  }

  /// The next manifest to be read; nil when all have been.
  public mutating func next() -> Descriptor? { waiting.popLast() }

  /// Says what a manifest that was given out names.
  ///
  /// - Parameter wants: which children of an index are followed; the others are left out.
  /// - Throws: as `add(_:)`.
  public mutating func read(
    _ manifest: Manifest,
    of descriptor: Descriptor,
    following wants: (Descriptor) -> Bool = { _ in true }
  ) throws(OCIError) {
    manifests.append(descriptor)
    // Last first, because the last that waits is the next to be read.
    for child in manifest.manifests.reversed() {
      if wants(child) {
        try visit(child, isManifest: child.mediaType.isManifest)
      } else {
        leftOut.append(child)
      }
    }
    for blob in [manifest.config].compactMap({ $0 }) + manifest.layers { try visit(blob, isManifest: false) }
  }

  /// Says that a manifest that was given out is not to be had.
  public mutating func leaveOut(_ descriptor: Descriptor) { leftOut.append(descriptor) }

  private mutating func visit(_ descriptor: Descriptor, isManifest: Bool) throws(OCIError) {
    if let before = known[descriptor.digest] {
      guard before.size == descriptor.size else {
        throw .invalidManifest(
          "\(descriptor.digest) has \(before.size) bytes in one place, \(descriptor.size) in another"
        )
      }
      // Met as a blob before: it is read all the same, for what it names.
      guard isManifest, let index = blobs.firstIndex(where: { $0.digest == descriptor.digest }) else { return }
      blobs.remove(at: index)
    }
    known[descriptor.digest] = descriptor
    if isManifest {
      waiting.append(descriptor)
    } else {
      blobs.append(descriptor)
    }
  }
}

extension MediaType {
  /// A document that names other content, of a kind that Berth knows.
  public var isManifest: Bool { isIndex || isImageManifest || isSchema1 }

  /// A layer that its publisher does not let registries pass on; it may be missing from any copy of an image
  /// (image-spec §Non-distributable Layers).
  public var isNonDistributable: Bool {
    description.contains(".nondistributable.") || description.contains(".foreign.")
  }
}
