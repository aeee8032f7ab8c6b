import Synchronization

/// Who the listeners are under TLS, all of them together: their certificates are renewed together, or none is.
package final class ListenerIdentities: Sendable {
  private let all = Mutex<[ListenerIdentity]>([])

  /// One more listener has opened.
  func add(_ identity: ListenerIdentity) { all.withLock { $0.append(identity) } }

  /// The listeners are closed.
  package func removeAll() { all.withLock { $0 = [] } }

  /// Until when each file's certificate is good, in seconds since 1970, sorted by the file's path.
  package var expiries: [(path: String, notAfter: Int64)] {
    let known = all.withLock { $0 }.map { ($0.path, $0.notAfter) }
    // Listeners may share a file; while it is renewed, the earlier end is the one to know.
    return Dictionary(known) { min($0, $1) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Reads all files again, and shows what they hold to connections that are opened from now on.
  /// - Returns: whether any listener has another certificate than before.
  /// - Throws: when one cannot be used; then all listeners show what they did.
  package func renew() throws(ServerError) -> Bool {
    var readings: [(ListenerIdentity, ListenerIdentity.Reading)] = []
    for identity in all.withLock({ $0 }) { readings.append((identity, try identity.readAgain())) }
    var isAnyNew = false
    for (identity, reading) in readings where identity.show(reading) { isAnyNew = true }
    return isAnyNew
  }
}
