public import OCI

/// Makes a bundle: a tar that holds an OCI image layout, the same for the same content.
public struct BundleExport: Sendable {
  private let source: any ImageSource
  private let limits: Limits

  /// An export from `source`.
  public init(from source: any ImageSource, limits: Limits) {
    (self.source, self.limits) = (source, limits)
  }

  /// Finds out what belongs into the bundle, by reading manifests.
  ///
  /// - Parameter found: told the name of each image as it is found.
  public func plan(
    _ options: ExportOptions,
    found: (ImageName) -> Void = { _ in }
  ) async throws(BundleError) -> ExportPlan {
    var planner = ExportPlanner(options, from: source, limits: limits)
    return try await planner.run(found: found)
  }

  /// Fetches what is planned and writes it to `path`. The file gets its name once it is whole and on disk.
  ///
  /// - Parameter written: told how many more bytes of content have been written.
  public func write(
    _ plan: ExportPlan,
    to path: String,
    written: (Int64) -> Void = { _ in }
  ) async throws(BundleError) {
    let file = try NewFile(path: path)
    var writer = TarWriter { (bytes) throws(BundleError) in try file.append(bytes) }
    try writer.add("oci-layout", Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    try writer.add(LayoutIndex.fileName, plan.index.render())
    for digest in (Array(plan.manifests.keys) + plan.blobs.keys.filter { plan.manifests[$0] == nil }).sorted() {
      if let bytes = plan.manifests[digest] {
        try writer.add(LayoutName.path(of: digest), bytes)
        written(Int64(bytes.count))
      } else if let blob = plan.blobs[digest] {
        try await copy(blob, to: &writer, written)
      }
    }
    try writer.finish()
    try file.keep()
  }

  private func copy(
    _ blob: ExportPlan.Blob,
    to writer: inout TarWriter,
    _ written: (Int64) -> Void
  ) async throws(BundleError) {
    let (digest, size) = (blob.descriptor.digest, blob.descriptor.size.bytes)
    var running = RunningDigest(digest.algorithm)
    var copied: Int64 = 0
    var hasBegun = false
    let isThere = try await source.blob(digest, in: blob.repository) { (bytes) throws(BundleError) in
      if !hasBegun {
        try writer.begin(LayoutName.path(of: digest), size: size)
        hasBegun = true
      }
      copied += Int64(bytes.count)
      guard copied <= size else { throw .sizeDiffers(digest, named: size, found: copied) }
      running.update(bytes)
      try writer.append(bytes)
      written(Int64(bytes.count))
    }
    guard isThere else {
      if blob.descriptor.mediaType.isNonDistributable { return }
      throw .contentMissing(digest, neededBy: "\(blob.repository)")
    }
    if !hasBegun { try writer.begin(LayoutName.path(of: digest), size: size) }
    guard copied == size else { throw .sizeDiffers(digest, named: size, found: copied) }
    let found = running.copy().finish()
    guard found == digest else { throw .contentDiffers("\(digest)", found: found) }
  }
}
