import NIOCore
import NIOHTTP1

/// Ignores a client's offer to speak another protocol (`Upgrade`, RFC 9110 §7.8): it is answered as if it had made none,
/// and its connection goes on.
///
/// NIO's decoder takes whatever follows such a request for the other protocol, and stops for good. It is replaced by a new
/// one then, which is given what it left.
final class UpgradeOffers: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  private let limits: NIOHTTPDecoderLimitConfiguration
  private var decoder: ByteToMessageHandler<HTTPRequestDecoder>
  private var isOffered = false

  /// Stands behind ``decoder``.
  init(_ limits: NIOHTTPDecoderLimitConfiguration) {
    self.limits = limits
    decoder = Self.decoder(limits)
  }

  func handlerAdded(context: ChannelHandlerContext) { addDecoder(context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): isOffered = Self.isOffer(head)
    case .body: break
    case .end:
      if isOffered { replaceDecoder(context) }
      isOffered = false
    }
    context.fireChannelRead(data)
  }

  private func replaceDecoder(_ context: ChannelHandlerContext) {
    let old = decoder
    decoder = Self.decoder(limits)
    addDecoder(context)
    context.pipeline.syncOperations.removeHandler(old, promise: nil)
  }

  private func addDecoder(_ context: ChannelHandlerContext) {
    do {
      try context.pipeline.syncOperations.addHandler(decoder, position: .before(self))
    } catch {
      context.close(promise: nil)
    }
  }

  /// What makes the decoder stop: the field, and that the connection says it is one of this hop.
  private static func isOffer(_ head: HTTPRequestHead) -> Bool {
    guard head.headers.contains(name: "upgrade") else { return false }
    return head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
  }

  private static func decoder(_ limits: NIOHTTPDecoderLimitConfiguration) -> ByteToMessageHandler<HTTPRequestDecoder> {
    ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
  }
}
