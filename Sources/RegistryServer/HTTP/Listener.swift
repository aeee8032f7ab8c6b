import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import OCI
import PullThrough

/// One listening socket, and the pipeline of each connection that it accepts.
struct Listener: Sendable {
  let settings: ListeningOptions
  let inherited: InheritedSockets
  /// Who it is under TLS; nil for plain HTTP.
  let identity: ListenerIdentity?
  let responder: any Responder
  /// Answers requests whose bodies are not collected; nil where no endpoint takes such.
  let streamingResponder: (any StreamingResponder)?
  let connections: OpenConnections
  let lanes: BodyLanes
  let limits: Limits
  /// The largest body of a request that is taken; 0 where no endpoint takes one.
  let maxBodyBytes: Int
  let observer: RequestObserver
  let group: any EventLoopGroup

  /// Opens the socket, and accepts connections from then on.
  func open() throws(ServerError) -> Acceptor {
    do {
      let listening = try ListeningSocket.open(at: settings.address, inherited: inherited)
      return Acceptor(listening) { socket in serve(socket) }
    } catch let error as ServerError {
      throw error
    } catch {
      throw .cannotListen(address: "\(settings.address)", reason: Self.reason(error))
    }
  }

  private func serve(_ socket: Int32) {
    let bootstrap = ClientBootstrap(group: group)
      // A client that has nothing more to ask (RFC 9112 §9.6) still wants its answers.
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard connections.admit(channel) else { throw TurnedAway() }
          try configure(channel, socket, identity?.context)
        }
      }
    // A connection that comes to nothing is closed, and has nobody to tell.
    _ = bootstrap.withConnectedSocket(socket)
  }

  private struct TurnedAway: Error {}

  private func configure(_ channel: any Channel, _ socket: Int32, _ tls: NIOSSLContext?) throws {
    let activity = ConnectionActivity()
    let pipeline = channel.pipeline.syncOperations
    if let tls {
      try pipeline.addHandler(NIOSSLServerHandler(context: tls))
    } else {
      try pipeline.addHandler(PlainPortGuard())
    }
    try pipeline.addHandler(ConnectionDeadlines(activity: activity, limits: limits))
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(
      ByteToMessageHandler(
        HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: decoderLimits)
      )
    )
    try pipeline.addHandler(HTTPServerPipelineHandler())
    try pipeline.addHandler(NIOHTTPResponseHeadersValidator())
    try pipeline.addHandler(RequestErrorHandler(activity: activity))
    if let streamingResponder {
      try pipeline.addHandler(BodyStreamHandler(responder: streamingResponder, activity: activity, limits: limits))
    }
    try pipeline.addHandler(
      RequestHandler(
        responder: responder,
        activity: activity,
        bodies: tls == nil ? bodies(by: socket) : bodies(by: nil),
        maxBodyBytes: maxBodyBytes,
        client: .next(at: ClientKey.Address(peerOf: socket)),
        observer: observer
      )
    )
  }

  private var decoderLimits: NIOHTTPDecoderLimitConfiguration {
    var decoderLimits = NIOHTTPDecoderLimitConfiguration()
    decoderLimits.maxHeaderListSize = limits.maxRequestHeaderBytes
    decoderLimits.maxHeaderFieldSize = limits.maxRequestHeaderBytes
    decoderLimits.maxHeaderFieldCount = limits.maxRequestHeaderFields
    return decoderLimits
  }

  private func bodies(by socket: Int32?) -> BodyWriter.Settings {
    BodyWriter.Settings(
      socket: socket,
      pieceBytes: socket == nil ? limits.tlsPieceBytes : limits.sendfilePieceBytes,
      progressTimeout: TimeAmount(limits.sendProgressTimeout),
      lanes: socket == nil ? lanes.reading : lanes.sending
    )
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as IOError: String(cString: strerror(error.errnoCode))
    case SocketAddressError.unixDomainSocketPathTooLong: "the path of a Unix socket may have 107 bytes"
    case is SocketAddressError, is SocketAddressError.UnknownHost: "its host name does not resolve"
    default: "the system refuses it"
    }
  }
}
