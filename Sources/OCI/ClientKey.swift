import Synchronization

/// Who asks, as far as sharing is concerned: what is short is shared out between addresses, and what an address gets
/// between its connections, since many clients may stand behind one (NAT, a proxy, loopback).
///
/// It identifies nobody and grants nothing.
public struct ClientKey: Hashable, Sendable {
  /// Where a client is, as coarsely as one that has many addresses is handed them.
  public enum Address: Hashable, Sendable {
    /// An IPv4 address, also when it came mapped into IPv6.
    case ipv4(UInt32)
    /// The first 64 bits of an IPv6 address, which is what one subscriber has at the least.
    case ipv6Prefix(UInt64)
    /// A process of this machine at a Unix-domain socket, by its user.
    case user(UInt32)
    /// Berth itself: what it fetches ahead of anybody. Also a peer whose address is not known.
    case own
  }

  private static let lastConnection = Atomic<UInt64>(0)

  /// Berth itself.
  public static let own = ClientKey(.own, connection: 0)

  /// The client that the current task works for; nil outside of requests. What a request starts carries it on.
  @TaskLocal public static var current: ClientKey?

  /// What is shared out first.
  public let address: Address
  /// Tells connections of one address from each other.
  public let connection: UInt64

  /// - Parameter connection: the same for all requests of a connection, and for none of another.
  public init(_ address: Address, connection: UInt64) {
    (self.address, self.connection) = (address, connection)
  }

  /// A connection that no key stands for yet.
  public static func next(at address: Address) -> ClientKey {
    ClientKey(address, connection: lastConnection.wrappingAdd(1, ordering: .relaxed).newValue)
  }
}

extension ClientKey.Address {
  /// An IPv6 address in two halves, the first the most significant: its prefix or, if it is a mapped IPv4 address
  /// (RFC 4291 §2.5.5.2), that.
  public init(ipv6High high: UInt64, low: UInt64) {
    self = high == 0 && low >> 32 == 0xffff ? .ipv4(UInt32(truncatingIfNeeded: low)) : .ipv6Prefix(high)
  }
}
