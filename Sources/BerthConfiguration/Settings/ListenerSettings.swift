public import OCI

/// One address at which Berth serves, in the clear or over TLS.
public struct ListenerSettings: Sendable, Hashable {
  /// Where connections are accepted.
  public var address: ListenAddress
  /// The certificate to show; nil serves plain HTTP.
  public var tls: ServerIdentity?
  /// Names that clients may call it by where only this machine can connect. Default: none.
  public var hosts: [UpstreamName]
  /// Whether it is for engines that use Berth as a mirror: it asks nobody who they are, and has nothing but pulls. Default: no.
  public var isMirror = false
  /// Whether a TCP balancer in front of it says whose each connection is (PROXY protocol). Default: no.
  public var usesProxyProtocol = false

  /// A listener at `address`.
  public init(address: ListenAddress, tls: ServerIdentity? = nil, hosts: [UpstreamName] = []) {
    (self.address, self.tls, self.hosts) = (address, tls, hosts)
  }

  /// What to know about an admin listener at an address that other machines reach.
  public static func warningOfOpenAdmin(at address: ListenAddress) -> String {
    "whoever reaches \(address) can give this Berth orders, such as replacing what a tag stands for by an import, and is "
      + "not asked for a password: listen on 127.0.0.1 or a Unix socket, or let a firewall keep everybody else out"
  }
}
