import Glibc

/// Buffers still to be written, as `pwritev` takes them.
struct WriteVector {
  /// Linux's `UIO_MAXIOV`.
  private static let maxBuffers = 1_024

  private var vectors: [iovec]
  private var first = 0

  init(_ buffers: [UnsafeRawBufferPointer]) {
    // pwritev only reads through these pointers.
    vectors = buffers.filter { !$0.isEmpty }.map {
      iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
    }
  }

  var isEmpty: Bool { first == vectors.count }

  /// Calls `body` with as many of the next buffers as one call takes.
  func withNext(_ body: (UnsafePointer<iovec>?, Int32) -> Int) -> Int {
    vectors.withUnsafeBufferPointer { all in
      let next = UnsafeBufferPointer(rebasing: all[first...].prefix(Self.maxBuffers))
      return body(next.baseAddress, Int32(next.count))
    }
  }

  /// The first `count` bytes have been written.
  mutating func drop(_ count: Int) {
    var count = count
    while count > 0, first < vectors.count {
      let length = vectors[first].iov_len
      if count < length {
        vectors[first].iov_base = vectors[first].iov_base?.advanced(by: count)
        vectors[first].iov_len = length - count
        return
      }
      count -= length
      first += 1
    }
  }
}
