import Glibc
public import NIOCore

/// Reading a part of a file into memory. Blocks: for lanes only.
public enum FileReading {
  /// Reads without touching the descriptor's own offset.
  /// - Returns: exactly the bytes of `range`; nil when the file is shorter or cannot be read.
  public static func read(_ descriptor: Int32, _ range: Range<Int64>, allocator: ByteBufferAllocator) -> ByteBuffer? {
    var buffer = allocator.buffer(capacity: range.count)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let wanted = Int(range.upperBound - offset)
      var wasInterrupted = false
      let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { target in
        let count = pread(descriptor, target.baseAddress, wanted, off_t(offset))
        wasInterrupted = count < 0 && errno == EINTR
        return max(0, count)
      }
      guard count > 0 || wasInterrupted else { return nil }
      offset += Int64(count)
    }
    return buffer
  }

  /// Reads once, from where the descriptor stands: for the kernel's own small files (proc(5)), which have no length.
  static func start(of descriptor: Int32, upTo maxBytes: Int) -> [UInt8]? {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: maxBytes) { buffer, count in
      var result: Int
      repeat { result = Glibc.read(descriptor, buffer.baseAddress, buffer.count) } while result < 0 && errno == EINTR
      failed = result < 0
      count = max(0, result)
    }
    return failed ? nil : bytes
  }
}
