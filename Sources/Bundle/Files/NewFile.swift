import Glibc

/// A file that is being written and gets its name only when it is whole and on disk.
final class NewFile {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var isKept = false

  /// Begins a file that will be called `path`. Whatever has that name stays until then.
  init(path: String) throws(BundleError) {
    let temporaryPath = "\(path).partial-\(getpid())"
    let opened = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard opened >= 0 else { throw .system(temporaryPath) }
    (self.path, self.temporaryPath, descriptor) = (path, temporaryPath, opened)
  }

  deinit {
    close(descriptor)
    if !isKept { unlink(temporaryPath) }
  }

  /// Adds bytes at the end. Blocks.
  func append(_ bytes: UnsafeRawBufferPointer) throws(BundleError) {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      let count = write(descriptor, base, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .system(temporaryPath) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }

  /// Gives the file its name, once its bytes are on disk.
  func keep() throws(BundleError) {
    guard fsync(descriptor) == 0 else { throw .system(temporaryPath) }
    guard rename(temporaryPath, path) == 0 else { throw .system(path) }
    isKept = true
    let directory = open(Self.directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw .system(path) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw .system(path) }
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
