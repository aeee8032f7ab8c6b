import OCI
import Synchronization

/// Accesses since the last flush, so that serving a hit costs no write.
struct AccessLog: Sendable {
  private var times: [Digest: Int64] = [:]

  /// Contents accessed since they were last taken.
  var count: Int { times.count }

  /// Notes that `digest` was accessed; of several times the latest stays.
  mutating func note(_ digest: Digest, at seconds: Int64) {
    times[digest] = max(seconds, times[digest] ?? .min)
  }

  /// When `digest` was last accessed; nil if it was not since accesses were last taken.
  func lastAccess(to digest: Digest) -> Int64? { times[digest] }

  /// Takes everything noted, in the order of the index's keys, in pieces small enough for one transaction.
  mutating func take(chunkSize: Int) -> [[(digest: Digest, seconds: Int64)]] {
    let sorted = times.sorted { $0.key < $1.key }
    times = [:]
    return stride(from: 0, to: sorted.count, by: max(1, chunkSize)).map { start in
      sorted[start..<min(start + max(1, chunkSize), sorted.count)].map { (digest: $0.key, seconds: $0.value) }
    }
  }
}

/// An ``AccessLog`` that many threads note accesses in.
final class SharedAccessLog: Sendable {
  private let log = Mutex(AccessLog())

  /// See ``AccessLog/note(_:at:)``.
  func note(_ digest: Digest, at seconds: Int64) { log.withLock { $0.note(digest, at: seconds) } }

  /// See ``AccessLog/lastAccess(to:)``.
  func lastAccess(to digest: Digest) -> Int64? { log.withLock { $0.lastAccess(to: digest) } }

  /// See ``AccessLog/take(chunkSize:)``; sorting is done outside the lock.
  func take(chunkSize: Int) -> [[(digest: Digest, seconds: Int64)]] {
    var taken = log.withLock { log in
      defer { log = AccessLog() }
      return log
    }
    return taken.take(chunkSize: chunkSize)
  }
}
