public import NIOSSL

/// A certificate and the private key that belongs to it, each in a PEM file: who a server or a client is.
public struct CertificateIdentity: Sendable {
  /// The certificate, followed by those between it and the root.
  public let chain: CertificateChain
  /// Its private key.
  public let key: NIOSSLPrivateKey

  /// Reads both files and makes sure that they belong together. It blocks on the disk.
  /// - Throws: what is wrong, with the file at fault.
  public init(certificate certificatePath: String, key keyPath: String) throws(CertificateFileError) {
    let chain = try CertificateChain(reading: certificatePath)
    let file = try PEMFile(reading: keyPath)
    try file.requireKey()
    guard let key = try? NIOSSLPrivateKey(bytes: file.bytes, format: .pem) else {
      throw CertificateFileError(keyPath, .damaged)
    }
    // The library compares the two where they are to be used together, and has no other way to ask.
    let trial = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.certificates.map { .certificate($0) },
      privateKey: .privateKey(key)
    )
    guard (try? NIOSSLContext(configuration: trial)) != nil else {
      throw CertificateFileError(keyPath, .keyOfAnother(certificate: certificatePath))
    }
    (self.chain, self.key) = (chain, key)
  }
}
