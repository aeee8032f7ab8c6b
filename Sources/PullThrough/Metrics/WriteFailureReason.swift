import Store

/// Why content that was served is not kept.
public enum WriteFailureReason: Int, MetricLabel {
  /// It is larger than the store, or than what the store may evict.
  case tooLarge
  /// The file system has no room, or no inodes.
  case full
  /// The file system may not be written.
  case readOnly
  /// The device reported an error.
  case device
  /// The index failed.
  case index
  /// Anything else that the system refused.
  case other

  /// The value as it is written in `/metrics`.
  public var text: String {
    switch self {
    case .tooLarge: "too_large"
    case .readOnly: "read_only"
    default: "\(self)"
    }
  }

  init(_ error: StoreError) {
    self =
      switch error {
      case .doesNotFit: .tooLarge
      case .full: .full
      case .readOnly: .readOnly
      case .device: .device
      case .index, .indexIsReadOnly, .damagedRecord: .index
      case .system, .contentMissing, .contentDamaged, .contentUnreadable, .stagedSizeDiffers, .stagingEnded, .inUse,
        .foreignOwner, .newerSchema, .olderSchema, .remoteFileSystem, .pinDoesNotFit, .closed:
        .other
      }
  }
}
