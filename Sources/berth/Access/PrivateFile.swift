import BerthConfiguration
import Glibc

/// A file of which others see the old text or the new one, never a part, and that nobody else may read.
enum PrivateFile {
  /// What could not be done with which file.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "\(path): \(reason)" }
  }

  /// Replaces a file's text by what `make` makes of it, one process at a time. A new file has mode 0600; one that is there keeps its owner,
  /// its group and who may read it, since Berth may run as somebody else.
  ///
  /// - Parameter make: given whether there is a file; nil leaves all as it is.
  static func change(_ path: String, _ make: (_ exists: Bool) throws(AccessFileError) -> String?) throws {
    // A name in a folder of links stands for the file behind it.
    let target = realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
    let place = target ?? path
    let folder = place.lastIndex(of: "/").map { place[..<$0].isEmpty ? "/" : String(place[..<$0]) } ?? "."
    let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard lock >= 0 else { throw failure(folder) }
    defer { close(lock) }
    guard flock(lock, LOCK_EX) == 0 else { throw failure(folder) }
    guard let text = try make(target != nil) else { return }
    var status = stat()
    let old = target != nil && stat(place, &status) == 0 ? status : nil
    try write(text, at: place, like: old)
    fsync(lock)
  }

  private static func write(_ text: String, at path: String, like old: stat?) throws {
    let draft = "\(path).berth-new"
    unlink(draft)
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw failure(draft) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    var isDone = rest.isEmpty
    if let old {
      isDone =
        isDone && (fchown(file, old.st_uid, old.st_gid) == 0 || (old.st_uid == geteuid() && old.st_gid == getegid()))
      isDone = isDone && fchmod(file, old.st_mode & 0o660 | 0o600) == 0
    }
    isDone = isDone && fsync(file) == 0
    let problem = failure(draft)
    guard close(file) == 0, isDone, rename(draft, path) == 0 else {
      unlink(draft)
      throw problem
    }
  }

  private static func failure(_ path: String) -> Failure {
    Failure(path: path, reason: strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
  }
}
