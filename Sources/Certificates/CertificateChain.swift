public import NIOSSL

/// The certificates of one PEM file.
public struct CertificateChain: Sendable {
  /// In the order of the file; never empty.
  public let certificates: [NIOSSLCertificate]

  /// Reads a file that holds at least one certificate, an identity's or those of authorities. It blocks on the disk.
  public init(reading path: String) throws(CertificateFileError) {
    try self.init(try PEMFile(reading: path))
  }

  init(_ file: PEMFile) throws(CertificateFileError) {
    try file.requireCertificate()
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(file.bytes), !certificates.isEmpty else {
      throw CertificateFileError(file.path, .damaged)
    }
    self.certificates = certificates
  }

  /// From when until when the first of them, an identity's own, is good.
  public var validity: CertificateValidity { CertificateValidity(certificates[0]) }

  /// Of authorities: how long the one is good that is good longest. Old ones lie in bundles for years.
  public var longestValidity: CertificateValidity {
    certificates.map { CertificateValidity($0) }.max { $0.notAfter < $1.notAfter } ?? validity
  }
}
