import Glibc

/// What files look like from outside: two that are equal were not changed in between. Links are followed, so that another file behind
/// the same name is another.
struct FileStamps: Equatable, Sendable {
  private struct Stamp: Equatable, Sendable {
    var device: UInt
    var number: UInt
    var size: Int
    var modified: [Int]
    var changed: [Int]
  }

  private let stamps: [String: Stamp?]

  /// As they are now; those that are not there are that.
  init(_ paths: [String]) {
    stamps = Dictionary(
      paths.map { path -> (String, Stamp?) in
        var status = stat()
        guard stat(path, &status) == 0 else { return (path, nil) }
        let stamp = Stamp(
          device: UInt(status.st_dev),
          number: UInt(status.st_ino),
          size: Int(status.st_size),
          modified: [status.st_mtim.tv_sec, status.st_mtim.tv_nsec],
          changed: [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
        )
        return (path, stamp)
      }
    ) { first, _ in first }
  }
}
