import OCI

/// Which address of a host could be connected to lately. Pure.
struct GoodAddresses {
  typealias Instant = ContinuousClock.Instant

  /// A host as it is connected to.
  struct Host: Hashable {
    var name: String
    var port: Int
  }

  private let capacity: Int
  private let lifetime: Duration
  private var entries: [Host: (address: IPAddress, expiry: Instant)] = [:]

  init(_ limits: Limits) {
    (capacity, lifetime) = (max(limits.maxResolvedNames, 1), limits.goodAddressLifetime)
  }

  func address(of host: Host, now: Instant) -> IPAddress? {
    entries[host].flatMap { now < $0.expiry ? $0.address : nil }
  }

  mutating func worked(_ address: IPAddress, of host: Host, now: Instant) {
    if entries.count >= capacity, entries[host] == nil { entries = entries.filter { now < $0.value.expiry } }
    if entries.count >= capacity, entries[host] == nil { entries.removeAll() }
    entries[host] = (address, now + lifetime)
  }

  mutating func failed(_ address: IPAddress, of host: Host) {
    if entries[host]?.address == address { entries[host] = nil }
  }
}
