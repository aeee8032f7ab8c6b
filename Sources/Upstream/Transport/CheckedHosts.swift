import NIOCore
import OCI
import Synchronization

/// Names that redirects and token services lead to, with the addresses that they may be dialled at.
///
/// A name is resolved here, its addresses are judged, and the client is told to dial those very addresses: a second
/// look-up could give others (DNS rebinding).
final class CheckedHosts: Sendable {
  private struct Entry {
    var addresses: [IPAddress]
    var expiry: ContinuousClock.Instant
  }

  /// How long an answer of the resolver is believed.
  static let lifetime: Duration = .seconds(60)
  /// Names remembered.
  static let capacity = 256

  private let resolver: any HostResolver
  private let entries = Mutex<[String: Entry]>([:])

  init(resolver: any HostResolver) { self.resolver = resolver }

  /// The public addresses of `host`, best first; never empty.
  ///
  /// - Throws: a `Refusal` if it has others only; `unreachable` if it has none; `timedOut(.connect)`.
  func addresses(of host: String, timeout: Duration) async throws -> [IPAddress] {
    if let address = IPAddress(parsing: host) { return try Self.allowed(among: [address]) }
    let now = ContinuousClock.now
    if let entry = entries.withLock({ $0[host] }), entry.expiry > now { return entry.addresses }
    let found = try await resolver.addresses(of: host, timeout: timeout)
    guard !found.isEmpty else { throw UpstreamFailure.unreachable("name does not resolve") }
    let allowed = try Self.allowed(among: found)
    remember(allowed, of: host, now: now)
    return allowed
  }

  /// Why no address of a name may be dialled.
  struct Refusal: Error { let reason: String }

  private static func allowed(among addresses: [IPAddress]) throws(Refusal) -> [IPAddress] {
    let allowed = addresses.filter { AddressPolicy.objection(to: $0) == nil }
    if allowed.isEmpty { throw Refusal(reason: addresses.first.flatMap(AddressPolicy.objection) ?? "no address") }
    return allowed
  }

  private func remember(_ addresses: [IPAddress], of host: String, now: ContinuousClock.Instant) {
    entries.withLock { entries in
      if entries.count >= Self.capacity { entries = entries.filter { $0.value.expiry > now } }
      if entries.count >= Self.capacity { entries.removeAll() }
      entries[host] = Entry(addresses: addresses, expiry: now + Self.lifetime)
    }
  }
}
