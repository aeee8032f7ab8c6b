import Foundation
import NIOCore

/// An open file of immutable bytes, read by position only, and closed with its last user.
final class BlobFile: Sendable {
  let descriptor: CInt
  let size: Int64

  /// Takes over `descriptor`.
  init(descriptor: CInt, size: Int64) {
    self.descriptor = descriptor
    self.size = size
  }

  /// Opens a file for reading.
  convenience init(path: String) throws(ScriptedUpstreamError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
    let size = lseek(descriptor, 0, SEEK_END)
    guard size >= 0 else {
      let code = errno
      close(descriptor)
      throw .file(path: path, errno: code)
    }
    self.init(descriptor: descriptor, size: Int64(size))
  }

  /// A new file of zeros without a name, readable and writable.
  static func temporary(size: Int64) throws(ScriptedUpstreamError) -> BlobFile {
    let directory = NSTemporaryDirectory()
    var path = Array((directory + "/scripted-upstream-XXXXXX").utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw .file(path: directory, errno: errno) }
    unlink(path)
    guard ftruncate(descriptor, off_t(size)) == 0 else {
      let code = errno
      close(descriptor)
      throw .file(path: directory, errno: code)
    }
    return BlobFile(descriptor: descriptor, size: size)
  }

  deinit { close(descriptor) }

  /// Copies `range` out. Bytes that the file has lost since it was opened read as missing: the result is shorter.
  func read(_ range: Range<Int64>) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: Int(range.count))
    while buffer.readableBytes < range.count {
      let missing = Int(range.count) - buffer.readableBytes
      let position = range.lowerBound + Int64(buffer.readableBytes)
      let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: missing) { memory in
        max(0, pread(descriptor, memory.baseAddress, missing, off_t(position)))
      }
      if count == 0 { break }
    }
    return buffer
  }
}
