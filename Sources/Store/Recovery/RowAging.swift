import OCI

/// Which rows about content that is not held are forgotten: tags, what tags named before, and lists of referrers. Pure.
///
/// | the row is about | the index | the row was last written | |
/// |---|---|---|---|
/// | content that is held | – | – | stays |
/// | other content | is small | within ``keptSeconds`` | stays |
/// | other content | is small | before | goes |
/// | other content | is large | – | goes |
struct RowAging: Sendable, Equatable {
  /// How long a row about nothing that is held stays, in seconds: 30 days.
  static let keptSeconds: Int64 = 30 * 86_400
  /// The share of what a store may hold that its index may take before it counts as large: a sixteenth.
  private static let largePart: Int64 = 16

  /// The time, in seconds since 1970.
  var now: Int64
  /// Whether rows have to go so that there is room.
  var isIndexLarge: Bool

  init(now: Int64, isIndexLarge: Bool) { (self.now, self.isIndexLarge) = (now, isIndexLarge) }

  init(now: Int64, _ space: SpaceBudget) {
    self.init(now: now, isIndexLarge: space.countedIndexBytes > space.limits.capacity / Self.largePart)
  }

  /// Whether a row goes that was written at that time, in seconds since 1970.
  func forgets(isAboutHeld: Bool, writtenAt: Int64) -> Bool {
    guard !isAboutHeld else { return false }
    return isIndexLarge || writtenAt < now.saturatingDifference(Self.keptSeconds)
  }
}

/// When rows are looked through. Pure: the time is passed in.
struct RowAgingSchedule: Sendable {
  /// How long after one look the next is due, in seconds: an hour.
  private static let intervalSeconds: Int64 = 3_600

  private var last: (at: Int64, indexBytes: Int64)?

  /// Nothing has been looked through yet.
  init() {}

  /// Whether to look now: an hour after the last time, or when a large index has grown by an eighth since.
  func isDue(_ aging: RowAging, indexBytes: Int64) -> Bool {
    guard let last else { return true }
    if aging.now.saturatingDifference(last.at) >= Self.intervalSeconds { return true }
    return aging.isIndexLarge && indexBytes.saturatingDifference(last.indexBytes) > last.indexBytes / 8
  }

  /// All has been looked through.
  mutating func looked(at now: Int64, indexBytes: Int64) { last = (now, indexBytes) }
}
