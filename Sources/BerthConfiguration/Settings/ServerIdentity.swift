/// The files of a TLS server's identity, both in PEM.
public struct ServerIdentity: Sendable, Hashable {
  /// The certificate, followed by those between it and the root: `/etc/berth/tls.crt`.
  public var certificate: String
  /// The certificate's private key, without a passphrase: `/etc/berth/tls.key`.
  public var key: String

  /// An identity made of two files.
  public init(certificate: String, key: String) {
    (self.certificate, self.key) = (certificate, key)
  }
}
