import Glibc
import Synchronization

/// The environments that this process has open, so that none is opened twice.
///
/// lmdb.h, caveats: "Do not have open an LMDB database twice in the same process at the same time." Version 0.9
/// does not notice; closing the second drops the process's file locks, and other processes may then corrupt the data.
enum OpenEnvironments {
  /// A directory, however its path is written.
  struct Identity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
  }

  private static let open = Mutex<Set<Identity>>([])

  /// Takes `directory` for this process, or throws ``LMDBError/Reason/alreadyOpen``.
  static func claim(_ directory: String) throws(LMDBError) -> Identity {
    var status = stat()
    guard stat(directory, &status) == 0 else { throw LMDBError(.openEnvironment, code: errno) }
    let identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    guard open.withLock({ $0.insert(identity).inserted }) else {
      throw LMDBError(.openEnvironment, code: EBUSY)
    }
    return identity
  }

  /// Gives the directory back.
  static func release(_ identity: Identity) {
    open.withLock { _ = $0.remove(identity) }
  }
}
