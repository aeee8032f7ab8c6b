import Store

extension StoreError {
  /// Whether the index listed content that is not there as recorded: it has been dropped and can be fetched again.
  var isContentLost: Bool {
    switch self {
    case .contentMissing, .contentDamaged: true
    default: false
    }
  }
}

/// Content that is held, open for reading: whole, and verified when it was published.
///
/// The descriptor lives as long as the value does, whatever is evicted meanwhile.
public struct HeldContent: Sendable {
  private let file: ContentFile

  init(_ file: ContentFile) {
    self.file = file
  }

  /// To be read with offsets (`pread`, `sendfile`), by any number of readers at once; not to be closed.
  public var descriptor: Int32 { file.descriptor }

  /// Length in bytes.
  public var sizeBytes: Int64 { file.size }
}
