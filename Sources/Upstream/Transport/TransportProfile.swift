import AsyncHTTPClient
import Certificates
import NIOCore
import NIOHTTP1
import NIOSSL
import OCI

/// What makes one HTTP client different from another. Requests with equal profiles share connections.
struct TransportProfile: Hashable, Sendable {
  /// PEM files of authorities trusted besides the system's.
  var trustRoots: [String] = []
  var timeouts = UpstreamTimeouts()
  /// What is shown to servers that want to know who asks.
  var clientCertificate: ClientCertificate?

  /// The configuration of the client for one host. Reads the PEM files.
  func configuration(for key: ClientCache.Key, limits: Limits) throws(UpstreamFailure) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try tlsConfiguration(for: key),
      // Followed by hand, because each hop needs a decision.
      redirectConfiguration: .disallow,
      timeout: .init(connect: TimeAmount(timeouts.connect + timeouts.tls), read: nil),
      connectionPool: Self.connectionPool,
      // Bytes are passed on as they are; inflating them would change what they hash to.
      decompression: .disabled
    )
    configuration.httpVersion = .http1Only
    let forwards = key.proxy != nil && ForwardedRequest.isUsed(for: key.scheme)
    configuration.proxy = (forwards ? nil : key.proxy).map { proxy in
      let authorization = proxy.credential.map {
        HTTPClient.Authorization.basic(username: $0.username, password: $0.password.reveal())
      }
      return .server(
        host: key.address?.description ?? proxy.origin.host,
        port: proxy.origin.port,
        authorization: authorization
      )
    }
    if let address = key.address, key.proxy == nil || forwards {
      configuration.dnsOverride = [key.proxy?.origin.host ?? key.host: address.description]
    }
    let (patience, rules) = (TimeAmount(timeouts.read), AnswerRules(limits))
    configuration.http1_1ConnectionDebugInitializer = { channel in
      let reading = channel.setOption(.recvAllocator, value: Self.receiveBuffers).flatMap {
        // Of a body that floods in, the first piece goes on before the next is taken.
        channel.setOption(.maxMessagesPerRead, value: 1)
      }
      let prepared = reading.flatMap {
        channel.eventLoop.submit {
          let pipeline = channel.pipeline.syncOperations
          if key.scheme == .https { try CertificateNames.require(key.host, in: pipeline) }
          let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
          if forwards { try pipeline.addHandler(ForwardedRequest.AbsoluteTarget(), position: .after(decoder)) }
          let answers = AnswerGuard(rules: rules)
          let watch = ResponseWatch(patience: patience)
          try pipeline.addHandler(answers, position: .after(decoder))
          try pipeline.addHandler(watch, position: .after(answers))
          try pipeline.addHandler(BreakMarker(), position: .after(watch))
        }
      }
      // A connection that is refused here is nobody's any more.
      prepared.whenFailure { _ in channel.close(promise: nil) }
      return prepared
    }
    return configuration
  }

  /// Measured: receive buffers of up to 1 MiB instead of 64 KiB save a third of a download's CPU.
  private static let receiveBuffers = AdaptiveRecvByteBufferAllocator(
    minimum: 64 << 10,
    initial: 256 << 10,
    maximum: 1 << 20
  )

  private static var connectionPool: HTTPClient.Configuration.ConnectionPool {
    // Transfers are limited for each upstream elsewhere; a request must never wait here for a blob to end.
    var pool = HTTPClient.Configuration.ConnectionPool(
      idleTimeout: .seconds(30),
      concurrentHTTP1ConnectionsPerHostSoftLimit: 1_024
    )
    // A refused connection is an answer. Whether to try again is decided where the upstream is known.
    pool.retryConnectionEstablishment = false
    return pool
  }

  private func tlsConfiguration(for key: ClientCache.Key) throws(UpstreamFailure) -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    // Behind a proxy NIOSSL would compare an address with the proxy's; `CertificateNames` compares it with the host's.
    let isAddressBehindProxy = key.proxy != nil && IPAddress(parsing: key.host) != nil
    tls.certificateVerification = isAddressBehindProxy ? .noHostnameVerification : .fullVerification
    tls.verifySignatureAlgorithms = Self.signatureAlgorithms
    do throws(CertificateFileError) {
      for path in trustRoots {
        tls.additionalTrustRoots.append(.certificates(try CertificateChain(reading: path).certificates))
      }
      if let clientCertificate { try show(clientCertificate, in: &tls) }
    } catch {
      throw .tlsFailed("\(error)")
    }
    return tls
  }

  private func show(_ files: ClientCertificate, in tls: inout TLSConfiguration) throws(CertificateFileError) {
    let identity = try CertificateIdentity(certificate: files.certificate, key: files.key)
    tls.certificateChain = identity.chain.certificates.map { .certificate($0) }
    tls.privateKey = .privateKey(identity.key)
  }

  /// BoringSSL's own and those that engines take besides: keys of P-521 and Ed25519.
  private static let signatureAlgorithms: [SignatureAlgorithm] = [
    .ecdsaSecp256R1Sha256, .rsaPssRsaeSha256, .rsaPkcs1Sha256, .ecdsaSecp384R1Sha384, .rsaPssRsaeSha384,
    .rsaPkcs1Sha384, .ecdsaSecp521R1Sha512, .rsaPssRsaeSha512, .rsaPkcs1Sha512, .ed25519,
  ]
}
