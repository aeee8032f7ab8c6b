import Certificates
import NIOCore
import NIOSSL

/// Notes the certificate that a client has shown, and leaves. Stands behind TLS, which has verified it by the time that the first
/// byte of a request comes.
final class ClientCertificateReader: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let peer: Peer

  init(_ peer: Peer) { self.peer = peer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
    peer.certificate = certificate.flatMap { ClientCertificateFacts($0) }
    context.fireChannelRead(data)
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}
