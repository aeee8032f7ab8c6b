public import OCI

/// What an inspection of a store found: index against files, both ways. Lists hold the first thousand. Sizes are bytes.
public struct StoreCheckReport: Sendable, Equatable {
  /// What the index lists.
  public var listed = StoreTotals()
  /// What the index says that it lists in all; differs from ``listed`` only in a damaged index.
  public var recordedTotals = StoreTotals()
  /// Listed, but there is no file.
  public var missing = FoundContents()
  /// Listed, but the file has another length.
  public var wrongLength = FoundContents()
  /// Listed and read, but the bytes are something else. Only looked for when hashing was asked for.
  public var damaged = FoundContents()
  /// Listed, but in no order of eviction, or at a wrong place there; and entries there of what is not listed.
  public var misplaced = FoundContents()
  /// Files of content that is not listed: what a crash may leave. No harm; they are swept.
  public var orphans = FoundContents()
  /// Files that are not the store's, by path under `content/`.
  public var foreign: [String] = []
  /// Incomplete downloads. No harm.
  public var stagingFiles = 0

  /// Contents of one kind.
  public struct FoundContents: Sendable, Equatable {
    /// How many.
    public var count = 0
    /// The first thousand.
    public var first: [Digest] = []

    mutating func add(_ digest: Digest) {
      count += 1
      if first.count < 1_000 { first.append(digest) }
    }
  }

  /// Whether the index and the files agree, apart from what a crash may leave.
  public var isSound: Bool {
    missing.count == 0 && wrongLength.count == 0 && damaged.count == 0 && misplaced.count == 0
      && listed == recordedTotals
  }
}
