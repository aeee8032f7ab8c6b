import Glibc
import OCI

extension ClientKey.Address {
  /// Where the address stands in `sockaddr_in` and in `sockaddr_in6`; ports and flow labels stand before it.
  private static let (offsetOfIPv4, offsetOfIPv6) = (4, 8)

  /// Who is at the other end of a connected socket.
  init(peerOf socket: Int32) {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(socket, $0, &length) == 0 }
    }
    guard isKnown else {
      self = .own
      return
    }
    self = withUnsafeBytes(of: address) { bytes in
      switch Int32(address.ss_family) {
      case AF_INET:
        .ipv4(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: Self.offsetOfIPv4, as: UInt32.self)))
      case AF_INET6:
        Self(
          ipv6High: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: Self.offsetOfIPv6, as: UInt64.self)),
          low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: Self.offsetOfIPv6 + 8, as: UInt64.self))
        )
      case AF_UNIX:
        .user(Self.user(atOtherEndOf: socket))
      default:
        .own
      }
    }
  }

  /// The largest number, which is nobody, where the kernel does not say.
  private static func user(atOtherEndOf socket: Int32) -> UInt32 {
    // `struct ucred`: process, user, group.
    var credentials: (UInt32, UInt32, UInt32) = (0, 0, 0)
    var length = socklen_t(MemoryLayout.size(ofValue: credentials))
    guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return .max }
    return credentials.1
  }
}
