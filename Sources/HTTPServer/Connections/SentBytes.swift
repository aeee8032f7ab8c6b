import Glibc

/// What the kernel knows of the bytes that were written to a socket.
enum SentBytes {
  /// `SIOCOUTQ`: bytes that are not yet acknowledged (tcp(7)), or not yet read (unix(7)).
  private static let outstanding: UInt = 0x5411
  private static let tcpInfo: CInt = 11
  /// Of `tcpi_bytes_acked` in the kernel's `struct tcp_info`, which glibc's is too old to have.
  private static let acknowledgedOffset = 120

  /// - Parameter hasUnwritten: whether bytes wait in the process for the socket to take them.
  static func reading(of socket: CInt, hasUnwritten: Bool) -> SendProgress.Reading {
    var waiting: CInt = 0
    if ioctl(socket, outstanding, &waiting) != 0 { waiting = 0 }
    // Of a Unix socket's bytes only how many wait is known: that number changes with what its peer reads.
    let mark = acknowledged(by: socket) ?? UInt64(clamping: waiting)
    return SendProgress.Reading(mark: mark, isOutstanding: waiting > 0 || hasUnwritten)
  }

  /// - Returns: nil for what is no TCP socket.
  private static func acknowledged(by socket: CInt) -> UInt64? {
    var info = (
      UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0),
      UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0)
    )
    return withUnsafeMutableBytes(of: &info) { bytes in
      var size = socklen_t(bytes.count)
      guard getsockopt(socket, CInt(IPPROTO_TCP), tcpInfo, bytes.baseAddress, &size) == 0,
        Int(size) >= acknowledgedOffset + MemoryLayout<UInt64>.size
      else { return nil }
      return bytes.loadUnaligned(fromByteOffset: acknowledgedOffset, as: UInt64.self)
    }
  }
}
