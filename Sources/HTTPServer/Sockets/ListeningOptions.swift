/// Where and how to listen.
public struct ListeningOptions: Sendable, Equatable {
  /// A local address.
  public enum Address: Sendable, Equatable, CustomStringConvertible {
    /// A host name or IP address and a port; port 0 takes any that is free.
    case tcp(host: String, port: Int)
    /// The path of a Unix-domain socket.
    case unix(path: String)

    /// As it is written in the configuration.
    public var description: String {
      switch self {
      case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
      case .unix(let path): "unix:\(path)"
      }
    }
  }

  /// PEM files of the server's identity.
  public struct TLSFiles: Sendable, Equatable {
    /// The certificate, followed by those between it and the root.
    public var certificatePath: String
    /// Its private key.
    public var keyPath: String

    /// The authorities whose certificates clients may show; nil where none is asked for.
    public var clientAuthorityPath: String?

    /// The identity in these files.
    public init(certificatePath: String, keyPath: String, clientAuthorityPath: String? = nil) {
      (self.certificatePath, self.keyPath) = (certificatePath, keyPath)
      self.clientAuthorityPath = clientAuthorityPath
    }
  }

  /// Where to listen.
  public var address: Address
  /// Who to be under TLS; nil for plain HTTP.
  public var tls: TLSFiles?
  /// Names that clients may give as `Host` where only this machine can connect, besides addresses and `localhost`.
  public var hosts: [String]

  /// Whether engines are sent here in place of other registries. Such a listener challenges nobody.
  public var isMirror: Bool

  /// A listener at an address.
  public init(address: Address, tls: TLSFiles? = nil, hosts: [String] = [], isMirror: Bool = false) {
    (self.address, self.tls, self.hosts, self.isMirror) = (address, tls, hosts, isMirror)
  }
}
