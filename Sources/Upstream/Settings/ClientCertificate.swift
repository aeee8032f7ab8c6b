/// The certificate by which Berth shows who it is, to upstreams that want one (mutual TLS). Both files are PEM.
public struct ClientCertificate: Sendable, Hashable {
  /// The file of the certificate, and of those between it and the root.
  public var certificate: String
  /// The file of its private key, without a passphrase.
  public var key: String

  /// A certificate and its key.
  public init(certificate: String, key: String) { (self.certificate, self.key) = (certificate, key) }
}
