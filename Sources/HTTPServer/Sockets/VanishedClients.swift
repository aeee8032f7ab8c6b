import Glibc

/// Has the kernel ask after clients of which nothing is heard while they wait for an answer (`SO_KEEPALIVE`, tcp(7)).
///
/// One that has closed both sides, or whose machine is gone, looks like one that waits until something is sent to it.
enum VanishedClients {
  /// Seconds of silence before the first question, seconds between two, and how many go unanswered.
  private static let (idle, interval, count): (CInt, CInt, CInt) = (60, 15, 4)

  static func watch(_ socket: CInt) {
    set(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
    // Of no effect on what is no TCP socket.
    set(socket, CInt(IPPROTO_TCP), TCP_KEEPIDLE, idle)
    set(socket, CInt(IPPROTO_TCP), TCP_KEEPINTVL, interval)
    set(socket, CInt(IPPROTO_TCP), TCP_KEEPCNT, count)
  }

  private static func set(_ socket: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
    var value = value
    _ = setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
  }
}
