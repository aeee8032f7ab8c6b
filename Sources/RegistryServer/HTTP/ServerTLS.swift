import NIOSSL

/// TLS as the server speaks it: version 1.2 at the least, HTTP/1.1 by ALPN.
enum ServerTLS {
  /// What a listener shows: the certificates of its file, and the context that speaks with their key.
  static func read(_ files: ListeningOptions.TLSFiles) throws(ServerError) -> ListenerIdentity.Reading {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(files.certificatePath)
      guard !chain.isEmpty else {
        throw ServerError.certificateUnusable(path: files.certificatePath, reason: "it holds no certificate")
      }
      let key = try privateKey(files.keyPath)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) },
        privateKey: .privateKey(key)
      )
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["http/1.1"]
      return ListenerIdentity.Reading(chain: chain, context: try NIOSSLContext(configuration: configuration))
    } catch let error as ServerError {
      throw error
    } catch {
      throw .certificateUnusable(path: files.certificatePath, reason: "\(error)")
    }
  }

  private static func privateKey(_ path: String) throws(ServerError) -> NIOSSLPrivateKey {
    do {
      return try NIOSSLPrivateKey(file: path, format: .pem)
    } catch {
      throw .certificateUnusable(path: path, reason: "\(error)")
    }
  }
}
