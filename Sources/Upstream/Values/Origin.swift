/// Where a credential belongs: scheme, host and port (RFC 6454 §4).
///
/// Two URLs share credentials only if their origins are equal; there is no looser rule in this module.
public struct Origin: Hashable, Sendable {
  /// How bytes travel to the origin.
  public enum Scheme: String, Sendable, Hashable {
    /// In the clear. Only ever because the configuration says so.
    case http
    /// Over TLS, with the server's certificate verified.
    case https

    /// The port of a URL that names none.
    public var defaultPort: Int {
      switch self {
      case .http: 80
      case .https: 443
      }
    }
  }

  /// How bytes travel to it.
  public let scheme: Scheme
  /// A name or an address in lower case; an IPv6 address without its brackets.
  public let host: String
  /// 1 to 65535.
  public let port: Int

  /// An origin made of parts that have been checked.
  init(scheme: Scheme, host: String, port: Int) {
    (self.scheme, self.host, self.port) = (scheme, host, port)
  }

  /// Reads `https://registry.example`, `http://127.0.0.1:5000` or `https://[2001:db8::1]`.
  ///
  /// A single slash at the end is allowed. Nil if there is anything else behind the authority, a user name, another
  /// scheme, or a host that is neither a name nor an address.
  public init?(parsing text: some StringProtocol) {
    guard let url = WebURL(parsing: text), url.path == "/", url.query == nil else { return nil }
    self = url.origin
  }
}

extension Origin: CustomStringConvertible {
  /// The origin as a URL without path; the port is left out where it is the scheme's own.
  public var description: String { "\(scheme.rawValue)://\(authority)" }

  /// `host[:port]`, an IPv6 address in brackets.
  public var authority: String {
    let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    return port == scheme.defaultPort ? name : "\(name):\(port)"
  }
}
