/// How much of an environment's map is used. Sizes are bytes.
public struct MapUsage: Sendable, Equatable {
  /// Address space that the map may use before it must grow.
  public let mapBytes: Int
  /// The data file's extent, pages that are free for use again included; it never shrinks.
  public let usedBytes: Int
  /// Size of a page.
  public let pageBytes: Int
  /// Reader slots in use, idle transactions kept for reuse included.
  public let readers: Int

  /// Whether it is time to grow: deletes need pages too, so a full map cannot be relieved by deleting.
  public var isNearlyFull: Bool { usedBytes >= mapBytes / 10 * 7 }
}
