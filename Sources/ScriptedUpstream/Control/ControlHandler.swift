import NIOCore
import NIOHTTP1

/// One connection to the control interface: requests in, JSON out.
final class ControlHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let interface: ControlInterface
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()

  init(_ interface: ControlInterface) { self.interface = interface }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = ByteBuffer()
    case .body(var part): body.writeBuffer(&part)
    case .end:
      guard let head else { return }
      let request = ControlRequest(head: head, body: body)
      body = ByteBuffer()
      Self.answer(request, interface, on: context.channel)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private static func answer(_ request: ControlRequest, _ interface: ControlInterface, on channel: any Channel) {
    Task { send(await interface.answer(request), to: channel) }
  }

  private static func send(_ response: ControlResponse, to channel: any Channel) {
    let head = HTTPResponseHead(
      version: .http1_1,
      status: HTTPResponseStatus(statusCode: response.status),
      headers: ["Content-Type": "application/json", "Content-Length": "\(response.body.readableBytes)"]
    )
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    channel.write(HTTPServerResponsePart.body(.byteBuffer(response.body)), promise: nil)
    channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
  }
}
