import CProcess
import Glibc
import Logging

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
