import Glibc
import LMDB

/// What a failed write of the index means for those that follow.
///
/// LMDB goes on after a failed data write or sync as if nothing had been, and panics only after a failed write of its
/// meta page; the store is stricter: after any I/O error only a new process may write, for nobody knows what the disk
/// holds.
enum IndexFailure: Equatable {
  /// The map must grow; then it may be tried again.
  case mapIsFull
  /// No room; the index is well, and writes may succeed later.
  case diskIsFull(StoreError)
  /// The change itself was refused; the index is well.
  case harmless
  /// The index must not be written any more.
  case fatal

  /// Judges `error`. A full disk may show as an I/O error (a short write), so that `isDiskFull` is asked about those.
  init(_ error: StoreError, isDiskFull: () -> Bool) {
    guard case .index(let engine) = error else {
      self = if case .full = error { .diskIsFull(error) } else { .harmless }
      return
    }
    switch engine.reason {
    case .mapFull: self = .mapIsFull
    case .inputOutput:
      self = isDiskFull() ? .diskIsFull(.full(FileFailure(.write, .index, code: ENOSPC))) : .fatal
    case .panic, .corrupted: self = .fatal
    default: self = .harmless
    }
  }
}
