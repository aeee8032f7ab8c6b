import NIOSSL

enum TLSContext {
  /// A server's context that shows a certificate and speaks HTTP/1.1.
  static func make(_ identity: Options.TLSIdentity) throws(ScriptedUpstreamError) -> NIOSSLContext {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(identity.certificateFile)
      let key = try NIOSSLPrivateKey(file: identity.keyFile, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) },
        privateKey: .privateKey(key)
      )
      configuration.applicationProtocols = ["http/1.1"]
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw .tls("\(identity.certificateFile): \(error)")
    }
  }
}
