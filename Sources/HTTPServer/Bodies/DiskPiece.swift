import BlockingIO
import Glibc
import NIOCore

/// A part of a file that has to come from the disk, sent to a connection's socket by a lane.
///
/// `sendfile` waits for the disk and copies, and an event loop's other connections would wait with it.
struct DiskPiece {
  enum Failure: Error {
    /// The file is shorter, or the device fails.
    case unreadable
    case connectionLost
  }

  /// Bytes read for the event loop to write: enough to wait for a socket that takes no more, and little to copy.
  private static let handedBackBytes: Int64 = 16 << 10

  /// Up to where the socket took it.
  var sentEnd: Int64
  /// What comes next, to be written when the socket takes more; nil when all is sent.
  var rest: ByteBuffer?

  /// Blocks: for lanes only.
  /// - Parameters:
  ///   - socket: nil where what was written to the connection before may not have left yet.
  static func send(
    _ range: Range<Int64>,
    of file: Int32,
    to socket: ConnectionSocket?,
    allocator: ByteBufferAllocator
  ) throws(Failure) -> DiskPiece {
    // The disk is to read what comes next meanwhile. Left to itself, the kernel reads ahead little on most disks; where it
    // reads much, small answers wait longer (docs/performance.md).
    posix_fadvise(file, off_t(range.lowerBound), range.count * 2, POSIX_FADV_WILLNEED)
    var sentEnd = range.lowerBound
    while let socket, sentEnd < range.upperBound {
      var offset = off_t(sentEnd)
      let count = sendfile(socket.descriptor, file, &offset, Int(range.upperBound - sentEnd))
      if count < 0 && errno == EAGAIN { break }
      if count == 0 || count < 0 && errno == EIO { throw .unreadable }
      guard count > 0 || errno == EINTR else { throw .connectionLost }
      sentEnd += Int64(max(0, count))
    }
    if sentEnd == range.upperBound { return DiskPiece(sentEnd: sentEnd, rest: nil) }
    let next = sentEnd..<min(range.upperBound, sentEnd + handedBackBytes)
    guard let rest = FileReading.read(file, next, allocator: allocator) else { throw .unreadable }
    return DiskPiece(sentEnd: sentEnd, rest: rest)
  }
}
