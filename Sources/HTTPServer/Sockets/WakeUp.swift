import Glibc

/// Ends a wait for a descriptor, from another thread: a pipe of which nothing is read.
final class WakeUp: Sendable {
  private let reading: Int32
  private let writing: Int32

  /// Nil when the process has no descriptors left.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    (reading, writing) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// Ends the wait that is under way, and all that follow.
  func now() {
    var byte: UInt8 = 0
    _ = write(writing, &byte, 1)
  }

  /// Blocks until `descriptor` can be read, or accepted from, or ``now()`` is called.
  func wait(orReadable descriptor: Int32) {
    var waited = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
    ]
    _ = poll(&waited, nfds_t(waited.count), -1)
  }
}
