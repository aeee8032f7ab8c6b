import Glibc
import OCI

extension Peer.Address {
  /// Where the address stands in `sockaddr_in` and in `sockaddr_in6`; ports and flow labels stand before it.
  private static let (offsetOfIPv4, offsetOfIPv6) = (4, 8)

  /// Who is at the other end of a connected socket.
  init(of socket: Int32) {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(socket, $0, &length) == 0 }
    }
    guard isKnown else {
      self = .unknown
      return
    }
    self = withUnsafeBytes(of: address) { bytes in
      switch Int32(address.ss_family) {
      case AF_INET:
        .ipv4(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: Self.offsetOfIPv4, as: UInt32.self)))
      case AF_INET6:
        .of(ipv6: UInt128(bigEndian: bytes.loadUnaligned(fromByteOffset: Self.offsetOfIPv6, as: UInt128.self)))
      case AF_UNIX: .unix
      default: .unknown
      }
    }
  }

  private static func of(ipv6 bits: UInt128) -> Self {
    bits >> 32 == 0xffff ? .ipv4(UInt32(truncatingIfNeeded: bits)) : .ipv6(bits)
  }
}

extension ClientKey.Address {
  /// Who is at the other end of a connected socket, as coarsely as what is short is shared out.
  init(peerOf socket: Int32) {
    self =
      switch Peer.Address(of: socket) {
      case .ipv4(let bits): .ipv4(bits)
      case .ipv6(let bits): .ipv6Prefix(UInt64(truncatingIfNeeded: bits >> 64))
      case .unix: .user(Self.user(atOtherEndOf: socket))
      case .unknown: .own
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
