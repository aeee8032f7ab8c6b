import Dispatch
import Glibc
import Synchronization

/// A small file that is read again whenever it has changed.
final class WatchedFile: Sendable {
  /// What a file that has not changed has kept.
  private struct Version: Equatable {
    var device: UInt
    var inode: UInt
    var size: Int
    var seconds: Int
    var nanoseconds: Int
  }

  let path: String
  private let maxBytes: Int
  private let queue: DispatchQueue
  private let known = Mutex<(version: Version, contents: [UInt8])?>(nil)

  /// - Parameter maxBytes: a larger file is refused.
  init(path: String, maxBytes: Int) {
    (self.path, self.maxBytes) = (path, maxBytes)
    // Serial: such a queue has its own thread, so that a slow disk keeps neither event loops nor Swift's threads.
    queue = DispatchQueue(label: "berth.upstream.file")
  }

  /// The file's bytes as they are now.
  ///
  /// - Throws: `credentialUnavailable`.
  func contents() async throws(UpstreamFailure) -> [UInt8] {
    let result = await withCheckedContinuation { continuation in
      queue.async {
        continuation.resume(returning: Result { () throws(UpstreamFailure) in try self.contentsNow() })
      }
    }
    return try result.get()
  }

  /// The file's bytes as they are now. It blocks on the disk.
  ///
  /// - Throws: `credentialUnavailable`.
  func contentsNow() throws(UpstreamFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable(errno) }
    guard status.st_size <= maxBytes else { throw .credentialUnavailable("\(path) is larger than \(maxBytes) bytes") }
    let version = Version(
      device: UInt(status.st_dev),
      inode: UInt(status.st_ino),
      size: status.st_size,
      seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec
    )
    if let contents = known.withLock({ $0?.version == version ? $0?.contents : nil }) { return contents }
    let contents = try readAll(descriptor)
    known.withLock { $0 = (version, contents) }
    return contents
  }

  private func readAll(_ descriptor: Int32) throws(UpstreamFailure) -> [UInt8] {
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while contents.count <= maxBytes {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return contents }
      if count > 0 { contents += buffer[..<count] } else if errno != EINTR { throw unreadable(errno) }
    }
    throw .credentialUnavailable("\(path) is larger than \(maxBytes) bytes")
  }

  private func unreadable(_ code: Int32) -> UpstreamFailure {
    .credentialUnavailable("\(path): \(String(cString: strerror(code)))")
  }
}
