import OCI

/// What the system has said lately about names. Pure.
struct NameMemory {
  typealias Instant = ContinuousClock.Instant

  private struct Entry {
    var addresses: [IPAddress]
    var expiry: Instant
  }

  private let capacity: Int
  private let lifetime: Duration
  private let missingLifetime: Duration
  private var entries: [String: Entry] = [:]

  init(_ limits: Limits) {
    capacity = max(limits.maxResolvedNames, 1)
    (lifetime, missingLifetime) = (limits.nameLifetime, limits.missingNameLifetime)
  }

  /// The addresses of a name, which may be none; nil if it is not known any more.
  func addresses(of name: String, now: Instant) -> [IPAddress]? {
    entries[name].flatMap { now < $0.expiry ? $0.addresses : nil }
  }

  mutating func learn(_ addresses: [IPAddress], of name: String, now: Instant) {
    if entries.count >= capacity { entries = entries.filter { now < $0.value.expiry } }
    if entries.count >= capacity { entries.removeAll() }
    entries[name] = Entry(addresses: addresses, expiry: now + (addresses.isEmpty ? missingLifetime : lifetime))
  }
}
