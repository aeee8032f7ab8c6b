import Glibc
import NIOCore

/// A socket that listens at an address; closed when its owner goes.
struct ListeningSocket: ~Copyable, Sendable {
  private static let backlog: Int32 = 1_024

  let descriptor: Int32
  /// Whether the service manager has it too, and goes on listening when Berth has ended.
  let isInherited: Bool

  /// Its place in the file system, if this process gave it one.
  private(set) var place: UnixSocketPath?

  private init(_ family: NIOBSDSocket.ProtocolFamily) throws {
    isInherited = false
    descriptor = socket(CInt(family.rawValue), CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try Self.check("socket", descriptor)
  }

  /// Takes over a socket that listens already. Whoever waits for connections must not wait in accept(2), from where only
  /// the end of the socket, also for the service manager, would wake it.
  private init(inherited descriptor: Int32) throws {
    (self.descriptor, isInherited) = (descriptor, true)
    try Self.check("fcntl", fcntl(descriptor, F_SETFL, O_NONBLOCK))
  }

  deinit { close(descriptor) }

  /// Binds and listens, unless the service manager has done so. Blocks while a host's name is looked up.
  /// - Throws: `SocketAddressError`, or `IOError` with what the system says.
  static func open(at address: ListeningOptions.Address, inherited: InheritedSockets) throws -> ListeningSocket {
    let resolved: SocketAddress =
      switch address {
      case .tcp(let host, let port): try .makeAddressResolvingHost(host, port: port)
      case .unix(let path): try SocketAddress(unixDomainSocketPath: path)
      }
    if let descriptor = inherited.take(resolved) { return try ListeningSocket(inherited: descriptor) }
    var opened = try ListeningSocket(resolved.protocol)
    var yes: CInt = 1
    let size = socklen_t(MemoryLayout<CInt>.size)
    try check("setsockopt", setsockopt(opened.descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size))
    if case .unix(let path) = address {
      opened.place = try UnixSocketPath.bind(opened.descriptor, to: resolved, at: path)
    } else {
      _ = try resolved.withSockAddr { try check("bind", bind(opened.descriptor, $0, socklen_t($1))) }
    }
    try check("listen", listen(opened.descriptor, backlog))
    return opened
  }

  /// The port that was taken; nil for what has none.
  var port: Int? {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var number = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    let isKnown = withUnsafeMutablePointer(to: &address) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        getsockname(descriptor, address, &size) == 0
          && getnameinfo(address, size, nil, 0, &number, socklen_t(number.count), NI_NUMERICSERV) == 0
      }
    }
    return isKnown ? Int(String(decoding: number.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)) : nil
  }

  @discardableResult
  private static func check(_ call: String, _ result: CInt) throws -> CInt {
    guard result >= 0 else { throw IOError(errnoCode: errno, reason: call) }
    return result
  }
}
