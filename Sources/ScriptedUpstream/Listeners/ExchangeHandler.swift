import NIOCore
import NIOHTTP1

/// One connection to one origin: takes requests in order, and has each answered before it looks at the next.
final class ExchangeHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = IOData

  /// Most bytes of a request's body that are kept.
  private static let maxBodyBytes = 64 << 10

  private let core: UpstreamCore
  private let origin: Origin
  private let connection: Int
  private let isEncrypted: Bool
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()
  private var queue: [IncomingRequest] = []
  private var delivery: Delivery?
  private var isClosing = false

  init(core: UpstreamCore, origin: Origin, connection: Int, isEncrypted: Bool) {
    self.core = core
    self.origin = origin
    self.connection = connection
    self.isEncrypted = isEncrypted
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = ByteBuffer()
    case .body(var part):
      var kept = part.readSlice(length: min(part.readableBytes, Self.maxBodyBytes - body.readableBytes)) ?? ByteBuffer()
      body.writeBuffer(&kept)
    case .end:
      guard let head else { return }
      queue.append(IncomingRequest(origin: origin, head: head, body: body, connection: connection))
      self.head = nil
      answerNext(context.channel)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosing = true
    delivery?.cancel()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A request that cannot be parsed, a broken handshake, a reset: nothing to answer.
    context.close(promise: nil)
  }

  private func answerNext(_ channel: any Channel) {
    guard !isClosing, delivery == nil, !queue.isEmpty else { return }
    let request = queue.removeFirst()
    let (handle, plan) = core.begin(request)
    let delivery = Delivery(plan, handle, channel: channel, core: core, isEncrypted: isEncrypted) { [self] ending in
      self.delivery = nil
      end(ending, channel)
    }
    self.delivery = delivery
    delivery.begin()
  }

  private func end(_ ending: Delivery.Ending, _ channel: any Channel) {
    switch ending {
    case .keep: answerNext(channel)
    case .close: close(channel)
    case .cut(.close): close(channel)
    case .cut(.truncate):
      isClosing = true
      ConnectionEnd.truncate(channel)
    case .cut(.reset):
      isClosing = true
      ConnectionEnd.reset(channel)
    }
  }

  private func close(_ channel: any Channel) {
    isClosing = true
    channel.close(promise: nil)
  }
}
