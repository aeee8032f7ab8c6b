import CReadNow
import Glibc
import NIOCore

/// Whether a part of a file can be had without waiting for the disk, and waiting for it where that harms nobody.
///
/// `sendfile` on an event loop waits for the disk when pages are missing, and all of the loop's connections with it.
public enum PageCache {
  /// A small part, if it can be had without waiting for the disk; nil if not, or if the file is shorter.
  static func readAtOnce(_ range: Range<Int64>, of descriptor: Int32) -> ByteBuffer? {
    var bytes = ByteBufferAllocator().buffer(capacity: range.count)
    bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: range.count) { target in
      var buffer = iovec(iov_base: target.baseAddress, iov_len: range.count)
      return max(0, preadv2(descriptor, &buffer, 1, off_t(range.lowerBound), Int32(BERTH_RWF_NOWAIT)))
    }
    return bytes.readableBytes == range.count ? bytes : nil
  }

  /// Whether the end of a part is in memory. The kernel reads ahead in order, so the rest of the part is, too.
  ///
  /// One system call, never waiting (`preadv2(2)`, RWF_NOWAIT). File systems without it say yes.
  public static func holdsEnd(of range: Range<Int64>, in descriptor: Int32) -> Bool {
    guard !range.isEmpty else { return true }
    var byte: UInt8 = 0
    let count = withUnsafeMutableBytes(of: &byte) { target in
      var buffer = iovec(iov_base: target.baseAddress, iov_len: 1)
      return preadv2(descriptor, &buffer, 1, off_t(range.upperBound - 1), Int32(BERTH_RWF_NOWAIT))
    }
    return count >= 0 || errno != EAGAIN
  }

  /// Brings a part into memory and has the disk begin with as much behind it. Blocks: for lanes only.
  ///
  /// What cannot be read is found out by who sends it.
  public static func load(_ range: Range<Int64>, of descriptor: Int32) {
    posix_fadvise(descriptor, off_t(range.lowerBound), range.count * 2, POSIX_FADV_WILLNEED)
    var byte: UInt8 = 0
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: stepBytes) {
      guard pread(descriptor, &byte, 1, off_t(offset)) == 1 else { return }
    }
    _ = pread(descriptor, &byte, 1, off_t(range.upperBound - 1))
  }

  /// A read of one byte waits for its page; pages of one request to the disk arrive together.
  private static let stepBytes = 64 << 10
}
