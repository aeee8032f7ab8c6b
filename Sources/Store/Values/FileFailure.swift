import Glibc

/// A failed system call: what was being done to what, and the code the system gave.
public struct FileFailure: Error, Sendable, Equatable {
  /// The step that failed.
  public enum Operation: String, Sendable {
    case create, open, read, write, sync, rename, remove, truncate, inspect, list, lock
  }

  /// What it was done to. Names of files are left out: they say nothing that the digest beside the error does not.
  public enum Subject: String, Sendable {
    case store = "the store's directory"
    case lock = "the lock file"
    case index = "the index"
    case shard = "a shard directory"
    case content = "a content file"
    case staging = "a staging file"
    case stagingDirectory = "the staging directory"
  }

  /// The step that failed.
  public let operation: Operation
  /// What it was done to.
  public let subject: Subject
  /// The `errno`.
  public let code: Int32

  /// `operation` failed on `subject` with `code`.
  public init(_ operation: Operation, _ subject: Subject, code: Int32) {
    self.operation = operation
    self.subject = subject
    self.code = code
  }
}

extension FileFailure {
  /// `operation` failed on `subject` with the calling thread's `errno`.
  init(_ operation: Operation, _ subject: Subject) { self.init(operation, subject, code: errno) }
}

extension FileFailure: CustomStringConvertible {
  /// For operators: the step, the thing, and the system's words.
  public var description: String {
    "cannot \(operation.rawValue) \(subject.rawValue): \(String(cString: strerror(code)))"
  }
}

extension StoreError {
  /// The failure, told apart by what a caller must do.
  init(_ failure: FileFailure) {
    switch failure.code {
    case ENOSPC, EDQUOT: self = .full(failure)
    case EROFS: self = .readOnly(failure)
    case EIO: self = .device(failure)
    default: self = .system(failure)
    }
  }

  /// `operation` failed on `subject` with the calling thread's `errno`.
  init(_ operation: FileFailure.Operation, _ subject: FileFailure.Subject, code: Int32 = errno) {
    self.init(FileFailure(operation, subject, code: code))
  }
}
