import Glibc
import Logging

/// The number of descriptors that the process may have: every client of a held blob takes two.
enum OpenFiles {
  /// Raises the soft limit to the hard one.
  static func raiseLimit(_ log: Logger) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else {
      return
    }
    limit.rlim_cur = limit.rlim_max
    if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
      log.notice("the limit of open files could not be raised", metadata: ["errno": "\(errno)"])
    }
  }
}
