import OCI

/// Where a listener accepts connections.
public enum ListenAddress: Sendable, Hashable {
  /// A TCP port at an address of this machine: a name, an IPv4 address, or an IPv6 address without its brackets. Port 0
  /// lets the system choose one.
  case tcp(host: String, port: Int)
  /// A Unix domain socket at a path.
  case unix(path: String)

  /// Reads `127.0.0.1:5000`, `[::1]:5000`, `localhost:5000` or `unix:/run/berth.sock`.
  public init(parsing text: some StringProtocol) throws(InvalidValue) {
    if text.hasPrefix("unix:") {
      self = .unix(path: try Self.socketPath(text.dropFirst(5)))
      return
    }
    if let port = Self.port(text) {
      throw InvalidValue(
        "\(quoted(text)) names no host: write 127.0.0.1:\(port) for this machine, 0.0.0.0:\(port) for all"
      )
    }
    guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...]) else {
      throw Self.withoutPort(text)
    }
    let host = text[..<colon]
    guard !host.isEmpty, host != "*" else {
      throw InvalidValue("\(quoted(text)) names no host: write 0.0.0.0:\(port) or [::]:\(port) for all addresses")
    }
    // The grammar of a registry's name is that of a host; it refuses an IPv6 address without brackets.
    guard let name = try? UpstreamName(parsing: host).description, name.hasPrefix("[") || !name.contains(":") else {
      throw InvalidValue(expected: "HOST:PORT, [IPv6]:PORT or unix:/path", found: text)
    }
    self = .tcp(host: name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : name, port: port)
  }

  /// Whether only this machine can connect.
  public var isLocal: Bool {
    switch self {
    case .unix: true
    case .tcp(let host, _): isLoopback(host: host)
    }
  }

  private static func port(_ text: some StringProtocol) -> Int? {
    guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 48 < 10 }), let port = Int(text) else {
      return nil
    }
    return port <= 65_535 ? port : nil
  }

  /// What is wrong with an address that does not end with a port.
  private static func withoutPort(_ text: some StringProtocol) -> InvalidValue {
    let digits = text.lastIndex(of: ":").map { text[text.index(after: $0)...] }
    if let digits, digits.count >= 5, digits.utf8.allSatisfy({ $0 &- 48 < 10 }) {
      return InvalidValue("\(quoted(text)) has no port that there is: a port is a number up to 65535")
    }
    return InvalidValue(expected: "HOST:PORT, [IPv6]:PORT or unix:/path", found: text)
  }

  private static func socketPath(_ path: some StringProtocol) throws(InvalidValue) -> String {
    // sun_path holds 108 bytes with the terminating zero (unix(7)).
    guard path.hasPrefix("/"), path.utf8.count <= 107, !path.utf8.contains(0) else {
      throw InvalidValue(expected: "an absolute path of at most 107 bytes after unix:", found: path)
    }
    return String(path)
  }
}

extension ListenAddress: CustomStringConvertible {
  /// The address as ``init(parsing:)`` reads it.
  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}

/// Whether a host, an IPv6 address without brackets, is this machine itself: 127.0.0.0/8, ::1 or localhost.
public func isLoopback(host: String) -> Bool {
  // "127." alone would also fit 127.0.0.1.example: an address has nothing but digits and points.
  host == "localhost" || host == "::1"
    || host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || $0 &- 48 < 10 }
}
