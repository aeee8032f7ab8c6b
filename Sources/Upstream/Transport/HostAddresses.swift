import NIOCore
import OCI
import Synchronization

/// The addresses at which hosts are dialled.
///
/// A name is looked up here, its addresses are judged where that is due, and the client is told to dial one of them: a
/// second look-up could give others (DNS rebinding).
final class HostAddresses: Sendable {
  private let resolver: any HostResolver
  private let racer: AddressRacer
  private let limits: Limits
  private let good: Mutex<GoodAddresses>

  init(resolver: any HostResolver, eventLoopGroup: any EventLoopGroup, limits: Limits) {
    (self.resolver, self.limits) = (resolver, limits)
    racer = AddressRacer(eventLoopGroup: eventLoopGroup, attemptDelay: limits.connectionAttemptDelay)
    good = Mutex(GoodAddresses(limits))
  }

  /// How look-ups are doing.
  var load: NameLookUpLoad { resolver.load }

  /// Why no address of a name may be dialled.
  struct Refusal: Error { let reason: String }

  /// The addresses of `host`, best first; never empty.
  ///
  /// - Parameter isFree: whether it may have addresses that are not public.
  /// - Throws: a `Refusal` if it has others only; `unreachable` if it has none; `timedOut(.connect)`, `overloaded`.
  func addresses(of host: GoodAddresses.Host, isFree: Bool, timeout: Duration) async throws -> [IPAddress] {
    let found =
      if let address = IPAddress(parsing: host.name) {
        [address]
      } else {
        try await resolver.addresses(of: host.name, timeout: timeout)
      }
    guard let first = found.first else { throw UpstreamFailure.unreachable("name does not resolve") }
    let allowed = isFree ? found : found.filter { AddressPolicy.objection(to: $0) == nil }
    if allowed.isEmpty { throw Refusal(reason: AddressPolicy.objection(to: first) ?? "no address") }
    let worked = good.withLock { $0.address(of: host, now: .now) }
    return AddressOrder.sorted(allowed, good: worked, limit: limits.maxAddressesPerName)
  }

  /// Whether an address could be connected to lately.
  func isGood(_ address: IPAddress, of host: GoodAddresses.Host) -> Bool {
    good.withLock { $0.address(of: host, now: .now) } == address
  }

  /// The address that can be connected to soonest.
  func winner(
    among addresses: [IPAddress],
    of host: GoodAddresses.Host,
    timeout: Duration
  ) async throws(UpstreamFailure) -> IPAddress {
    try await racer.winner(among: addresses, port: host.port, timeout: timeout)
  }

  /// An address has been connected to, or could not be.
  func note(_ address: IPAddress, of host: GoodAddresses.Host, works: Bool) {
    good.withLock { good in
      if works { good.worked(address, of: host, now: .now) } else { good.failed(address, of: host) }
    }
  }
}

/// In which order a name's addresses are tried (RFC 8305 §4). Pure.
enum AddressOrder {
  /// The one that worked lately, then families in turn, each in the order that the system prefers, and of whose liking
  /// the first one is.
  static func sorted(_ addresses: [IPAddress], good: IPAddress?, limit: Int) -> [IPAddress] {
    guard let first = addresses.first else { return [] }
    var (liked, others) = (ArraySlice(addresses.filter { $0.bitCount == first.bitCount }), ArraySlice<IPAddress>())
    others = ArraySlice(addresses.filter { $0.bitCount != first.bitCount })
    var order: [IPAddress] = []
    while !liked.isEmpty || !others.isEmpty {
      if let next = liked.popFirst() { order.append(next) }
      if let next = others.popFirst() { order.append(next) }
    }
    if let good, let place = order.firstIndex(of: good) { order.insert(order.remove(at: place), at: 0) }
    return Array(order.prefix(limit))
  }
}
