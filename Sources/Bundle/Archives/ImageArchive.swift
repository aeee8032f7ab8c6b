public import OCI

/// A file that holds images in one of the forms that Berth reads: an OCI image layout as a tar (Berth's own bundles,
/// skopeo's and podman's `oci-archive`, newer `docker save`), or a `docker-archive`.
public struct ImageArchive: Sendable {
  /// Which form it has.
  public enum Form: Sendable, Equatable {
    case ociLayout
    case dockerArchive
  }

  private let source: any ByteSource
  private let entries: [TarEntry]
  private let limits: Limits
  /// Which form it has.
  public let form: Form

  /// Opens an archive and looks at its structure: headers, names, lengths. Reads no content.
  ///
  /// - Throws: ``BundleError/refused(_:)``, ``BundleError/notAnArchiveOfImages``, ``BundleError/notAFile(path:)`` and
  ///   ``BundleError/fileFailed(path:reason:)``.
  public init(path: String, limits: Limits) throws(BundleError) {
    try self.init(try OpenFile(path: path), limits: limits)
  }

  init(_ source: any ByteSource, limits: Limits) throws(BundleError) {
    self.source = source
    self.limits = limits
    entries = try TarReader.entries(of: source, limits: limits)
    let names = Set(entries.map(\.name))
    if names.contains(LayoutIndex.fileName) || names.contains("oci-layout") {
      form = .ociLayout
    } else if names.contains(DockerArchive.listingName) {
      form = .dockerArchive
    } else {
      throw .notAnArchiveOfImages
    }
  }

  /// Bytes of all files in it.
  public var totalBytes: RemoteSize { entries.lazy.map { RemoteSize(clamping: $0.size) }.saturatingSum() }

  /// Reads and checks all of it: every digest, every name, every length.
  ///
  /// - Parameters:
  ///   - name: the name of images that bring none of their own.
  ///   - hashed: told how many more bytes have been hashed.
  /// - Throws: a ``BundleError`` that says what is wrong. Nothing of an archive that is wrong in part may be used.
  public func shipment(
    name: ImageName? = nil,
    hashed: (Int64) -> Void = { _ in }
  ) throws(BundleError) -> Shipment {
    switch form {
    case .ociLayout:
      try LayoutArchive(entries, in: source, limits: limits).shipment(name: name, limits: limits, hashed: hashed)
    case .dockerArchive:
      try DockerArchive(entries, in: source, limits: limits).shipment(name: name, limits: limits, hashed: hashed)
    }
  }

  /// What an increment upon this bundle may leave out. Reads no content.
  public func base() throws(BundleError) -> BundleBase {
    guard form == .ociLayout else { throw .documentMissing("oci-layout") }
    let layout = try LayoutArchive(entries, in: source, limits: limits)
    return BundleBase(indexDigest: layout.indexDigest, contents: Set(layout.contents.keys))
  }
}

/// An earlier bundle that a later one builds upon.
public struct BundleBase: Sendable, Equatable {
  /// The digest of its `index.json`, by which the later one names it.
  public var indexDigest: Digest
  /// The content that it holds.
  public var contents: Set<Digest>
}
