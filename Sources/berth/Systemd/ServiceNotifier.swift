import Glibc

/// Tells the service manager how far the process is, by sd_notify(3)'s protocol: one datagram for each message.
///
/// The protocol is part of systemd's interface promise, so that it needs no library.
struct ServiceNotifier: Sendable {
  /// What can be told.
  enum State: String, Sendable {
    /// All listeners are open: units that wait for this one may start.
    case ready = "READY=1"
    /// Answers under way may finish; nothing new is taken.
    case stopping = "STOPPING=1"
  }

  /// Where messages go: a path, or an abstract name behind `@`. Nil when no service manager asked for them.
  private let socketName: String?

  /// The notifier for this process, by `NOTIFY_SOCKET`.
  init() { self.init(socketName: getenv("NOTIFY_SOCKET").map { String(cString: $0) }) }

  init(socketName: String?) { self.socketName = socketName }

  /// Tells `state`, if somebody wants to know. Nobody depends on its arrival but the service manager, which says so in
  /// its own log: failures are not reported.
  func notify(_ state: State) {
    guard let socketName, let (address, length) = Self.address(socketName) else { return }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let message = Array(state.rawValue.utf8)
    withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        _ = sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), generic, length)
      }
    }
  }

  /// The socket's address (unix(7)); nil for what is neither a path nor an abstract name, or is too long.
  private static func address(_ name: String) -> (sockaddr_un, socklen_t)? {
    var bytes = Array(name.utf8)
    guard let first = bytes.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@") else { return nil }
    // An abstract name begins with a zero byte, and has no other at its end: the length tells where it ends.
    if first == UInt8(ascii: "@") { bytes[0] = 0 } else { bytes.append(0) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let isWritten = withUnsafeMutableBytes(of: &address.sun_path) { path in
      guard bytes.count <= path.count else { return false }
      path.copyBytes(from: bytes)
      return true
    }
    let header = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    return isWritten ? (address, socklen_t(header + bytes.count)) : nil
  }
}
