import OCI
package import Store

extension StoreError {
  /// Whether the index listed content that is not there as recorded: it is out of use and can be fetched again.
  package var isContentLost: Bool {
    switch self {
    case .contentMissing, .contentDamaged, .contentUnreadable: true
    case .full, .readOnly, .device, .system, .index, .indexIsReadOnly, .damagedRecord, .stagedSizeDiffers,
      .stagingEnded,
      .inUse, .foreignOwner, .newerSchema, .olderSchema, .remoteFileSystem, .doesNotFit, .pinDoesNotFit, .closed:
      false
    }
  }
}

/// Content that is held, open for reading: whole, and verified when it was published.
///
/// The descriptor lives as long as the value does, whatever is evicted meanwhile.
public struct HeldContent: Sendable {
  private let file: ContentFile
  private let digest: Digest
  private let store: Store

  /// - Throws: as `Store.open(_:_:)`.
  init(_ digest: Digest, _ record: ContentRecord, in store: Store) throws(StoreError) {
    file = try store.open(digest, record)
    (self.digest, self.store) = (digest, store)
  }

  /// To be read with offsets (`pread`, `sendfile`), by any number of readers at once; not to be closed.
  public var descriptor: Int32 { file.descriptor }

  /// Length in bytes.
  public var sizeBytes: Int64 { file.size }

  /// Says that the file does not give its bytes: whoever asks next is served from upstream.
  public func cannotBeRead() { store.reportUnreadable(file, of: digest) }
}
