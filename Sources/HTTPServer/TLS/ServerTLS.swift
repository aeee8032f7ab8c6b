import Certificates
import NIOSSL

/// TLS as the server speaks it: version 1.2 at the least, HTTP/1.1 by ALPN.
enum ServerTLS {
  /// What a listener shows: the certificates of its file, and the context that speaks with their key.
  static func read(_ files: ListeningOptions.TLSFiles) throws(ServerError) -> ListenerIdentity.Reading {
    let identity: CertificateIdentity
    do throws(CertificateFileError) {
      identity = try CertificateIdentity(certificate: files.certificatePath, key: files.keyPath)
    } catch {
      throw .certificateUnusable(path: error.path, reason: error.reason)
    }
    let chain = identity.chain.certificates
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) },
      privateKey: .privateKey(identity.key)
    )
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    if let authority = files.clientAuthorityPath {
      // Who shows none is served like everybody; who shows one that the authority has not issued is not.
      configuration.certificateVerification = .optionalVerification
      configuration.trustRoots = .certificates(try authorities(authority))
    }
    guard let context = try? NIOSSLContext(configuration: configuration) else {
      throw .certificateUnusable(path: files.certificatePath, reason: "TLS cannot be spoken with it")
    }
    return ListenerIdentity.Reading(
      chain: chain,
      notAfter: identity.chain.validity.notAfter,
      context: context
    )
  }

  private static func authorities(_ path: String) throws(ServerError) -> [NIOSSLCertificate] {
    let certificates = (try? NIOSSLCertificate.fromPEMFile(path)) ?? []
    guard !certificates.isEmpty else {
      throw .certificateUnusable(path: path, reason: "it holds no certificate of an authority in PEM")
    }
    return certificates
  }
}
