import CProcess
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

/// What a process leaves behind when it crashes: nothing, since its memory holds passwords, tokens and private content.
enum CoreDumps {
  /// No core file, whatever the shell or the service manager allows, and none by way of a program that collects them.
  ///
  /// That also keeps other processes of the same user from reading this one's memory (ptrace(2)).
  static func forbid(_ log: Logger) {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    let isLimited = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0
    let isUndumpable = berth_forbid_dumps() == 0
    if !isLimited || !isUndumpable {
      log.warning("a crash may leave secrets in a core file", metadata: ["errno": "\(errno)"])
    }
  }
}
