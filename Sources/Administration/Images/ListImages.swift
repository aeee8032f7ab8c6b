public import OCI
import PullThrough
import Store

/// One tag of which Berth knows what it names.
public struct ImageSummary: Sendable {
  /// Repository and tag.
  public var name: ImageName
  /// What the tag names, as last seen.
  public var digest: Digest
  /// When the tag was first seen with this digest, in seconds since 1970.
  public var fetchedAt: Int64
  /// When the upstream last confirmed it, in seconds since 1970; nil if an archive brought it and no upstream has.
  public var checkedAt: Int64?
  /// Whether a pin keeps it from eviction.
  public var isPinned: Bool
  /// What is held of it.
  public var contents: ImageContents
}

/// Some of the images that a pattern means.
public struct ImageList: Sendable {
  /// Sorted by name, tags bytewise.
  public var images: [ImageSummary]
  /// Whether there are more than were asked for.
  public var isCut: Bool
}

extension ImageService {
  /// The tags that a pattern means, with what is held of each.
  /// - Parameter limit: most images to list.
  public func images(matching pattern: ImagePattern, limit: Int) async throws(OperationError) -> ImageList {
    await pullThrough.flush()
    var images: [ImageSummary] = []
    let pins = try pins.all()
    for known in try catalog.tags(matching: pattern) {
      guard images.count < limit else { return ImageList(images: images, isCut: true) }
      images.append(
        ImageSummary(
          name: known.name,
          digest: known.record.digest,
          fetchedAt: known.record.fetchedAt,
          checkedAt: known.record.confirmedAt,
          isPinned: pins.contains { $0.pattern.matches(known.name) },
          contents: try await graph.describedContents(of: known.record.digest)
        )
      )
    }
    return ImageList(images: images, isCut: false)
  }
}
