/// One address at which Berth serves, in the clear or over TLS.
public struct ListenerSettings: Sendable, Hashable {
  /// Where connections are accepted.
  public var address: ListenAddress
  /// The certificate to show; nil serves plain HTTP.
  public var tls: ServerIdentity?

  /// A listener at `address`.
  public init(address: ListenAddress, tls: ServerIdentity? = nil) {
    (self.address, self.tls) = (address, tls)
  }
}
