public import LMDB
public import OCI

/// What the store could not do, and why.
public enum StoreError: Error, Sendable, Equatable {
  /// No space, quota or inodes: what was to be kept cannot be. Reads go on.
  case full(FileFailure)
  /// The file system may not be written. Reads go on.
  case readOnly(FileFailure)
  /// The device reported an error (`EIO`). What was being written is lost; it must not be tried again as if nothing
  /// had happened, for the page cache lies after a failed sync.
  case device(FileFailure)
  /// Any other failure of the file system.
  case system(FileFailure)
  /// The storage engine of the index failed.
  case index(LMDBError)
  /// The index failed before and takes no writes any more; the process should end and be started again.
  case indexIsReadOnly
  /// A record of this table cannot be read: it was damaged, or written by another version.
  case damagedRecord(table: String)
  /// The index lists this content, but there is no file. The row has been dropped; fetch it again.
  case contentMissing(Digest)
  /// The file of this content has the wrong length, in bytes. Row and file have been dropped; fetch it again.
  case contentDamaged(Digest, expected: Int64, found: Int64)
  /// The device cannot read the file of this content (`EIO`). It stays where it is, and is not held any more until it is
  /// fetched again.
  case contentUnreadable(Digest, FileFailure)
  /// What was staged has another length than was to be published, in bytes.
  case stagedSizeDiffers(Digest, expected: Int64, found: Int64)
  /// The staging file was published or discarded before.
  case stagingEnded(Digest)
  /// Another process owns the store.
  case inUse(path: String, processID: Int32?)
  /// The store belongs to another user.
  case foreignOwner(path: String, userID: UInt32)
  /// A later version of Berth wrote this store.
  case newerSchema(path: String, found: UInt32, supported: UInt32)
  /// A version of Berth from before the first release wrote this store; its content lies where this one does not look.
  /// What a released version wrote is brought up to date when it is opened.
  case olderSchema(path: String, found: UInt32, supported: UInt32)
  /// A store needs a local file system: file locks and shared maps are not dependable on this one.
  case remoteFileSystem(path: String, kind: String)
  /// That much content cannot be kept within the store's capacity, whatever is evicted: it is larger, or all else is
  /// pinned or in flight. Both are bytes.
  case doesNotFit(bytes: Int64, capacity: Int64)
  /// With this pin, more would be pinned than the store may hold. Both are bytes.
  case pinDoesNotFit(PinKey, bytes: Int64, capacity: Int64)
  /// The store was closed.
  case closed

  /// Whether content cannot be kept for lack of room: it is passed through, and later content may be kept again.
  public var isLackOfRoom: Bool {
    switch self {
    case .full, .doesNotFit: true
    default: false
    }
  }
}

extension StoreError: LMDBFailure {
  /// The storage engine's failure, told apart by what a caller must do.
  public init(_ error: LMDBError) {
    switch error.reason {
    case .noSpace: self = .full(FileFailure(.write, .index, code: error.code))
    case .closed: self = .closed
    default: self = .index(error)
    }
  }
}

extension StoreError: CustomStringConvertible {
  /// For operators: what happened and, where it helps, what to do.
  public var description: String {
    switch self {
    case .full(let failure): "no room in the store: \(failure)"
    case .readOnly(let failure): "the store may not be written: \(failure)"
    case .device(let failure): "the store's device failed: \(failure)"
    case .system(let failure): "\(failure)"
    case .index(let error): "\(error)"
    case .indexIsReadOnly: "the index takes no writes after an earlier failure; restart Berth"
    case .damagedRecord(let table): "a record of the index table “\(table)” is damaged"
    case .contentMissing(let digest): "the file of \(digest) is missing"
    case .contentDamaged(let digest, let expected, let found):
      "the file of \(digest) has \(found) bytes instead of \(expected)"
    case .contentUnreadable(let digest, let failure): "the file of \(digest) is unreadable: \(failure)"
    case .stagedSizeDiffers(let digest, let expected, let found):
      "\(found) bytes were staged for \(digest) instead of \(expected)"
    case .stagingEnded(let digest): "the staging file of \(digest) was published or discarded before"
    case .inUse(let path, let processID):
      "the store \(path) is in use by \(processID.map { "process \($0)" } ?? "another process"); "
        + "stop it, or choose another store"
    case .foreignOwner(let path, let userID):
      "the store \(path) belongs to user \(userID); run Berth as that user, or give it a store of its own"
    case .newerSchema(let path, let found, let supported):
      "the store \(path) has schema \(found), written by a newer Berth; this one knows up to \(supported): "
        + "start the newer one, or give this one a store of its own"
    case .olderSchema(let path, let found, let supported):
      "the store \(path) has schema \(found), written by no released version of Berth; this one knows \(supported), "
        + "and migrates the one before: "
        + "remove the directory, or choose another; images come again from upstream or from a bundle"
    case .remoteFileSystem(let path, let kind):
      "the store \(path) lies on \(kind); a store needs a local file system"
    case .doesNotFit(let bytes, let capacity):
      "\(bytes) bytes cannot be kept: the store may hold \(capacity), and what else it holds is pinned or in flight"
    case .pinDoesNotFit(let pin, let bytes, let capacity):
      "with the pin \(pin), \(bytes) bytes would be pinned, but the store may hold \(capacity); raise its capacity, "
        + "or unpin something"
    case .closed: "the store is closed"
    }
  }
}
