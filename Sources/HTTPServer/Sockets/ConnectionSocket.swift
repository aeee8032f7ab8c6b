import Glibc

/// Another descriptor of a connection's socket: to send to beside NIO, which may close its own meanwhile. Closed with the
/// last reference.
final class ConnectionSocket: Sendable {
  let descriptor: Int32

  /// - Returns: nil when there are no descriptors left.
  init?(duplicating socket: Int32) {
    descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }
}
