import Glibc

/// Sockets that the service manager opened for Berth, by sd_listen_fds(3)'s protocol.
enum PassedSockets {
  /// The first that is passed; the others follow it.
  private static let firstDescriptor: Int32 = 3

  /// Takes the sockets that were passed to this process, and forgets them: no program that Berth starts is to take them for
  /// its own, or inherits them.
  static func take() -> [Int32] {
    let (process, count) = (variable("LISTEN_PID"), variable("LISTEN_FDS"))
    for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) }
    let descriptors = descriptors(process: process, count: count, of: getpid())
    for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    return descriptors
  }

  /// The descriptors that two variables speak of; none if they are another process's, or make no sense.
  static func descriptors(process: String?, count: String?, of ownProcess: pid_t) -> [Int32] {
    guard let process, pid_t(process) == ownProcess, let count = count.flatMap({ Int32($0) }), (1...64).contains(count)
    else { return [] }
    return Array(firstDescriptor..<firstDescriptor + count)
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
