/// Where a request comes from, for rules that say `from`.
public enum ClientOrigin: Hashable, Sendable {
  /// An address: the peer's, or the client's as a trusted proxy tells it.
  case address(NetworkAddress)
  /// A process of this machine, at a Unix socket.
  case unix
  /// A request that says it came through a proxy which is not trusted: from anywhere, so that no `from` fits.
  case unknown
}

/// Where requests may come from: a network, or the Unix sockets of this machine.
public enum OriginPattern: Hashable, Sendable {
  /// Addresses whose first bits are those of `network`.
  case network(NetworkAddress, prefixLength: Int)
  /// Any Unix listener.
  case unix

  /// Reads `10.0.0.0/8`, `2001:db8::/32`, a single address, or `unix`.
  /// - Throws: ``AccessError/invalidOrigin(_:_:)``, also for a network with bits behind its prefix: it is not the one that was
  ///   meant.
  public init(parsing text: String) throws(AccessError) {
    if text == "unix" {
      self = .unix
      return
    }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = NetworkAddress(parsing: parts[0]) else {
      throw .invalidOrigin(text, "write a network like 10.0.0.0/8, an address, or unix")
    }
    guard parts.count == 2 else {
      self = .network(address, prefixLength: address.bitCount)
      return
    }
    guard let length = Int(parts[1]), (0...address.bitCount).contains(length), "\(length)" == parts[1] else {
      throw .invalidOrigin(text, "the number behind the slash is 0 to \(address.bitCount)")
    }
    guard address.masked(to: length) == address else {
      throw .invalidOrigin(text, "that network is \(address.masked(to: length))/\(length)")
    }
    self = .network(address, prefixLength: length)
  }

  /// Whether a request from there fits.
  public func matches(_ origin: ClientOrigin) -> Bool {
    switch (self, origin) {
    case (.unix, .unix): true
    case (.network(let network, let length), .address(let address)):
      address.bitCount == network.bitCount && address.masked(to: length) == network
    case (.unix, .address), (.unix, .unknown), (.network, .unix), (.network, .unknown): false
    }
  }
}

extension OriginPattern: CustomStringConvertible {
  /// As it is written.
  public var description: String {
    switch self {
    case .unix: "unix"
    case .network(let network, let length): length == network.bitCount ? "\(network)" : "\(network)/\(length)"
    }
  }
}

extension ClientOrigin {
  /// Who shares the bounds on guessing: one IPv4 address, an IPv6 network of 64 bits, or the sockets of this machine.
  var network: String {
    switch self {
    case .address(let address): "\(address.masked(to: address.bitCount == 32 ? 32 : 64))"
    case .unix: "unix"
    case .unknown: "unknown"
    }
  }
}
