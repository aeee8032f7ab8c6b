import Glibc
import NIOCore
import Synchronization

/// Listening sockets that a service manager opened before Berth began (sd_listen_fds(3)), each for the listener that has its
/// address.
///
/// They stay open in the service manager while Berth restarts: whoever connects meanwhile waits instead of being refused.
public final class InheritedSockets: Sendable {
  private let sockets: Mutex<[(descriptor: Int32, address: SocketAddress)]>

  /// No sockets: every listener opens its own.
  public static let none = InheritedSockets([])

  /// - Parameter descriptors: those that were passed; what is not a listening stream socket is left alone.
  public init(_ descriptors: [Int32]) {
    sockets = Mutex(
      descriptors.compactMap { descriptor in
        guard Self.isListening(descriptor), let address = Self.localAddress(of: descriptor) else { return nil }
        return (descriptor, address)
      }
    )
  }

  /// The socket that listens at an address, for the one listener that asks; nil if none was passed.
  func take(_ address: SocketAddress) -> Int32? {
    sockets.withLock { sockets in
      sockets.firstIndex { $0.address == address }.map { sockets.remove(at: $0).descriptor }
    }
  }

  /// Where sockets listen that no listener has taken: whoever connects there would never be answered.
  public var unused: [String] {
    sockets.withLock { sockets in
      sockets.map { socket in
        if let path = socket.address.pathname, !path.isEmpty { return "unix:\(path)" }
        return ListeningOptions.Address.tcp(
          host: socket.address.ipAddress ?? "",
          port: socket.address.port ?? 0
        ).description
      }
    }
  }

  private static func isListening(_ descriptor: Int32) -> Bool {
    option(SO_ACCEPTCONN, of: descriptor) == 1 && option(SO_TYPE, of: descriptor) == CInt(SOCK_STREAM.rawValue)
  }

  private static func option(_ name: CInt, of descriptor: Int32) -> CInt? {
    var value: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }

  /// What getsockname(2) says, as NIO has addresses.
  private static func localAddress(of descriptor: Int32) -> SocketAddress? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard getsockname(descriptor, address, &size) == 0 else { return nil }
        return SocketAddress(address, size)
      }
    }
  }
}

extension SocketAddress {
  /// - Parameter size: how many bytes of the address count.
  fileprivate init?(_ address: UnsafePointer<sockaddr>, _ size: socklen_t) {
    let bytes = UnsafeRawPointer(address)
    switch CInt(address.pointee.sa_family) {
    case AF_INET: self.init(bytes.loadUnaligned(as: sockaddr_in.self))
    case AF_INET6: self.init(bytes.loadUnaligned(as: sockaddr_in6.self))
    case AF_UNIX: self.init(bytes.loadUnaligned(as: sockaddr_un.self))
    default: return nil
    }
  }
}
