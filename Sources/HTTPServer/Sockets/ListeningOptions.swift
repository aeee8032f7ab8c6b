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

    /// The identity in these two files.
    public init(certificatePath: String, keyPath: String) {
      (self.certificatePath, self.keyPath) = (certificatePath, keyPath)
    }
  }

  /// Where to listen.
  public var address: Address
  /// Who to be under TLS; nil for plain HTTP.
  public var tls: TLSFiles?
  /// Names that clients may give as `Host` where only this machine can connect, besides addresses and `localhost`.
  public var hosts: [String]

  /// A listener at an address.
  public init(address: Address, tls: TLSFiles? = nil, hosts: [String] = []) {
    (self.address, self.tls, self.hosts) = (address, tls, hosts)
  }
}
