import Glibc
import OCI

/// How large a file system is and what is left of it. Sizes are bytes.
struct FileSystemSpace: Equatable {
  /// Its size.
  var total: Int64
  /// What this process may still use.
  var available: Int64
  /// Files that may still be made; nil where the file system has no such bound.
  var availableFiles: Int64?

  /// Space of these values.
  init(total: Int64, available: Int64, availableFiles: Int64? = nil) {
    self.total = total
    self.available = available
    self.availableFiles = availableFiles
  }

  /// The file system of an open directory; nil if it cannot be asked.
  init?(of directory: Int32) {
    var status = statvfs()
    guard fstatvfs(directory, &status) == 0 else { return nil }
    let block = Int64(clamping: status.f_frsize)
    self.init(
      total: block.saturatingProduct(Int64(clamping: status.f_blocks)),
      available: block.saturatingProduct(Int64(clamping: status.f_bavail)),
      availableFiles: status.f_files == 0 ? nil : Int64(clamping: status.f_favail)
    )
  }

  /// Whether not even the index could commit.
  var isExhausted: Bool { available < 64 << 10 }
}
