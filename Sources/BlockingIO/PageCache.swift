import CReadNow
import Glibc
public import NIOCore

/// Whether a part of a file can be had without waiting for the disk.
///
/// `sendfile` on an event loop waits for the disk when pages are missing, and all of the loop's connections with it.
public enum PageCache {
  /// A small part, if it can be had without waiting for the disk; nil if not, or if the file is shorter.
  public static func readAtOnce(_ range: Range<Int64>, of descriptor: Int32) -> ByteBuffer? {
    var bytes = ByteBufferAllocator().buffer(capacity: range.count)
    bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: range.count) { target in
      var buffer = iovec(iov_base: target.baseAddress, iov_len: range.count)
      return max(0, preadv2(descriptor, &buffer, 1, off_t(range.lowerBound), Int32(BERTH_RWF_NOWAIT)))
    }
    return bytes.readableBytes == range.count ? bytes : nil
  }

  /// Whether the end of a part is in memory. The kernel reads ahead in order, so the rest of the part is, too.
  ///
  /// One system call (`preadv2(2)`, RWF_NOWAIT), which does not wait. If the answer is no the kernel begins to read that
  /// page: not to be asked for piece after piece (docs/performance.md). File systems without it say yes.
  public static func holdsEnd(of range: Range<Int64>, in descriptor: Int32) -> Bool {
    guard !range.isEmpty else { return true }
    var byte: UInt8 = 0
    let count = withUnsafeMutableBytes(of: &byte) { target in
      var buffer = iovec(iov_base: target.baseAddress, iov_len: 1)
      return preadv2(descriptor, &buffer, 1, off_t(range.upperBound - 1), Int32(BERTH_RWF_NOWAIT))
    }
    return count >= 0 || errno != EAGAIN
  }
}
