import Glibc

/// A regular file that is open for reading; closed when the last reference goes.
final class OpenFile: ByteSource {
  let path: String
  let size: Int64
  private let descriptor: Int32

  /// Opens the file at `path`.
  convenience init(path: String) throws(BundleError) {
    // Not blocking, should it be a pipe that nobody writes to.
    try self.init(owning: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), path: path)
  }

  /// Opens a file below an open directory, following no link in its last step.
  convenience init(_ name: String, in directory: Int32, path: String) throws(BundleError) {
    try self.init(owning: openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW), path: path)
  }

  private init(owning descriptor: Int32, path: String) throws(BundleError) {
    guard descriptor >= 0 else { throw .system(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      defer { close(descriptor) }
      throw .system(path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw status.st_mode & S_IFMT == S_IFDIR ? .directory(path: path) : .notAFile(path: path)
    }
    self.descriptor = descriptor
    self.path = path
    size = Int64(status.st_size)
  }

  deinit { close(descriptor) }

  func read(at offset: Int64, count: Int) throws(BundleError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(
          descriptor,
          buffer.baseAddress.map { $0 + filled },
          count - filled,
          off_t(offset) + off_t(filled)
        )
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { return }
        filled += got
      }
    }
    guard failure == 0 else { throw .system(path, failure) }
    return bytes
  }
}

extension BundleError {
  /// What the operating system just said about a file.
  static func system(_ path: String, _ code: Int32 = errno) -> BundleError {
    .fileFailed(path: path, reason: String(cString: strerror(code)))
  }
}
