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
  /// Who it is under TLS; nil for plain HTTP.
  let identity: ListenerIdentity?
  let responder: any Responder
  /// Answers requests whose bodies are not collected; nil where no endpoint takes such.
  let streamingResponder: (any StreamingResponder)?
  let connections: OpenConnections
  let lanes: SharedLanes
  let limits: Limits
  /// The largest body of a request that is taken; 0 where no endpoint takes one.
  let maxBodyBytes: Int
  let observer: RequestObserver
  let group: any EventLoopGroup

  /// Opens the socket.
  /// - Returns: the channel to close when no more connections are wanted.
  func open() async throws(ServerError) -> any Channel {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(ChannelOptions.backlog, value: 1_024)
      .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
      // A client that has nothing more to ask (RFC 9112 §9.6) still wants its answers.
      .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        guard connections.admit(channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture { try configure(channel, identity?.context) }
      }
    do {
      switch settings.address {
      case .tcp(let host, let port):
        return try await bootstrap.bind(host: host, port: port).get()
      case .unix(let path):
        return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
      }
    } catch {
      throw .cannotListen(address: "\(settings.address)", reason: Self.reason(error))
    }
  }

  private func configure(_ channel: any Channel, _ tls: NIOSSLContext?) throws {
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
        bodies: bodies(tls != nil),
        maxBodyBytes: maxBodyBytes,
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

  private func bodies(_ usesTLS: Bool) -> BodyWriter.Settings {
    BodyWriter.Settings(
      usesSendfile: !usesTLS,
      pieceBytes: usesTLS ? limits.tlsPieceBytes : limits.sendfilePieceBytes,
      progressTimeout: TimeAmount(limits.sendProgressTimeout),
      lanes: lanes
    )
  }

  private static func reason(_ error: any Error) -> String {
    (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
  }
}
