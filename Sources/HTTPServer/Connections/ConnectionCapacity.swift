import Glibc
import OCI

/// How many connections there may be, and how many of them may wait for something.
package struct ConnectionCapacity: Equatable {
  package var count: Int
  /// Those that may wait; the other places are kept for what can be answered at once.
  var waiting: Int

  /// - Parameter descriptors: how many the process may have.
  package init(configured: Int, reserved: Int, descriptors: Int) {
    // The store, downloads and the connections to upstreams need some, and a client of a held blob takes two.
    let others = min(Self.descriptorsOfOthers, descriptors / 4)
    count = max(1, min(configured, (descriptors - others) / 2))
    waiting = max(1, count - min(reserved, count / 8))
  }

  /// How many descriptors this process may have.
  package static var descriptors: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
    return Int(clamping: limit.rlim_cur)
  }

  private static let descriptorsOfOthers = 512
}
