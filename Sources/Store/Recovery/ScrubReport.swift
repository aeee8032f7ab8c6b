public import OCI

/// What a scrub found. Sizes are bytes.
public struct ScrubReport: Sendable, Equatable {
  /// What was read so far, a part of a content included.
  public var readBytes: Int64 = 0
  /// Contents that were read and are right.
  public var sound = StoreTotals()
  /// Contents whose bytes are not what their digest says; dropped.
  public var damaged: [Digest] = []
  /// Contents whose file is missing or has the wrong length; dropped.
  public var missing: [Digest] = []
  /// Contents whose file could not be read; kept.
  public var unreadable: [Digest] = []

  /// Nothing scrubbed.
  public init() {}

  /// Whether everything was right.
  public var isClean: Bool { damaged.isEmpty && missing.isEmpty && unreadable.isEmpty }
}
