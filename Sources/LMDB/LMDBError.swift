import CLMDB
import Glibc

/// A failure of the index's storage engine: what was being done, and the code that LMDB or the system gave.
public struct LMDBError: Error, Sendable, Equatable {
  /// The step that failed.
  public enum Operation: String, Sendable {
    case openEnvironment = "open the environment"
    case openTable = "open a table"
    case beginRead = "begin a read transaction"
    case beginWrite = "begin a write transaction"
    case commit = "commit"
    case get = "read a record"
    case put = "write a record"
    case delete = "delete a record"
    case scan = "scan a table"
    case count = "count a table"
    case resizeMap = "resize the map"
    case checkReaders = "check for stale readers"
  }

  /// What the code means to a caller that must decide what to do next.
  public enum Reason: Sendable, Equatable {
    /// The map is used up; it must grow before anything is written or deleted (`MDB_MAP_FULL`).
    case mapFull
    /// One transaction touched too many pages (`MDB_TXN_FULL`); do the work in smaller pieces.
    case transactionFull
    /// Every reader slot is taken (`MDB_READERS_FULL`).
    case readersFull
    /// LMDB gave up on this environment (`MDB_PANIC`): only a new process may continue.
    case panic
    /// The file holds what LMDB cannot follow: corrupted, not LMDB's, or of another version.
    case corrupted
    /// No space, or no quota, on the file system.
    case noSpace
    /// The device reported an error. A disk that is full may say this too (a short write).
    case inputOutput
    /// The file or its file system may not be written.
    case readOnly
    /// A key was empty or longer than ``Environment/maxKeyBytes``.
    case keySize
    /// This process has that environment open already; LMDB 0.9 would corrupt it silently.
    case alreadyOpen
    /// The environment was closed.
    case closed
    /// Anything else; the code says what.
    case other
  }

  /// The code by which a closed environment answers; LMDB itself never gives it.
  static let closedCode = ESHUTDOWN

  /// The code of an environment that is damaged (`MDB_CORRUPTED`).
  public static let corruptedCode = MDB_CORRUPTED

  /// The step that failed.
  public let operation: Operation
  /// LMDB's return code (negative) or an `errno` (positive).
  public let code: Int32

  /// A failure of `operation` with LMDB's or the system's `code`.
  public init(_ operation: Operation, code: Int32) {
    self.operation = operation
    self.code = code
  }

  /// What `code` means.
  public var reason: Reason {
    switch code {
    case MDB_MAP_FULL: .mapFull
    case MDB_TXN_FULL: .transactionFull
    case MDB_READERS_FULL: .readersFull
    case MDB_PANIC: .panic
    case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID, MDB_VERSION_MISMATCH: .corrupted
    case ENOSPC, EDQUOT: .noSpace
    case EIO: .inputOutput
    case EROFS, EACCES, EPERM: .readOnly
    case MDB_BAD_VALSIZE: .keySize
    case EBUSY: .alreadyOpen
    case LMDBError.closedCode: .closed
    default: .other
    }
  }
}

extension LMDBError: CustomStringConvertible {
  /// For operators: the step, LMDB's words, and the code.
  public var description: String {
    let text =
      switch reason {
      case .alreadyOpen: "this process has it open already"
      case .closed: "it was closed"
      default: String(cString: mdb_strerror(code))
      }
    return "index: cannot \(operation.rawValue): \(text) (\(code))"
  }
}

/// An error that a transaction's body may throw: it can carry LMDB's own.
public protocol LMDBFailure: Error {
  /// The same failure in this type's words.
  init(_ error: LMDBError)
}

extension LMDBError: LMDBFailure {
  /// The error itself.
  public init(_ error: LMDBError) { self = error }
}

/// Turns a return code into an error, so that no code is ever dropped.
func check(_ operation: LMDBError.Operation, _ code: Int32) throws(LMDBError) {
  guard code == MDB_SUCCESS else { throw LMDBError(operation, code: code) }
}
