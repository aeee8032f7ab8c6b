import NIOCore
import NIOHTTP1
import NIOSSL
import OCI

/// The handlers of a connection, from its socket to the answers: what bounds it, what takes requests apart, and who
/// answers them.
struct ConnectionPipeline: Sendable {
  private let tenant: Tenant
  /// Counts the requests of each client; nil where they may be as many as they like.
  private let rates: ClientRates?
  private let connections: OpenConnections
  private let largeHeads: LargeHeads
  private let turns: RequestTurns
  private let lanes: BodyLanes
  private let limits: Limits
  private let observer: RequestObserver

  init(_ tenant: Tenant, connections: OpenConnections, rates: ClientRates?, _ resources: ServerResources) {
    (self.tenant, self.connections, self.rates) = (tenant, connections, rates)
    (largeHeads, turns, lanes) = (resources.largeHeads, resources.turns, resources.lanes)
    limits = resources.limits
    observer = RequestObserver(log: resources.log, outcomes: tenant.outcomes)
  }

  private static let bodyReadBytes = 64 << 10
  /// What a client may have sent of a body that it is faster with than we are, when it closes its side.
  private static let bodyWindowBytes = 8 << 20

  /// Most bytes that are taken from a socket at once.
  var readBytes: Int { tenant.takesBodies ? Self.bodyReadBytes : limits.requestReadBytes }

  /// - Parameter socket: the channel's; it is read from, and written to, only while the channel is active.
  func configure(
    _ channel: any Channel,
    _ socket: Int32,
    _ place: ConnectionPlace,
    _ tls: NIOSSLContext?
  ) throws {
    let deadlines = ConnectionState.Deadlines(limits)
    let activity = ConnectionActivity(
      place,
      among: connections,
      on: channel.eventLoop,
      stalledAfter: deadlines.stalled
    )
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(FirstBytesGuard(speaksTLS: tls != nil, lingeringTime: deadlines.lingering))
    let peer = Peer(Peer.Address(of: socket), isOverTLS: tls != nil)
    if let tls {
      try pipeline.addHandlers(NIOSSLServerHandler(context: tls), ClientCertificateReader(peer))
    }
    try pipeline.addHandler(
      ConnectionDeadlines(activity: activity, deadlines: deadlines) { hasUnwritten in
        SentBytes.reading(of: socket, hasUnwritten: hasUnwritten)
      }
    )
    try pipeline.addHandler(
      RequestPacer(
        activity: activity,
        largeHeads: largeHeads,
        turns: turns.of(channel.eventLoop),
        maxPipelinedBytes: tenant.takesBodies ? Self.bodyWindowBytes : limits.maxPipelinedBytes,
        limits: limits
      )
    )
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(UpgradeOffers(decoderLimits))
    // Where no body is taken, ``RequestPacer`` alone sees to it that one request comes at a time: with the end of a body the
    // decoder may give out the next request's header.
    if tenant.takesBodies { try pipeline.addHandler(HTTPServerPipelineHandler()) }
    let handling = handling(tls == nil ? socket : nil, peer)
    try pipeline.addHandler(RequestHandler(activity: activity, settings: handling))
  }

  private func handling(_ plainSocket: Int32?, _ peer: Peer) -> RequestHandling {
    RequestHandling(
      responder: tenant.responder,
      takesBodies: tenant.takesBodies,
      bodies: BodyWriter.Settings(
        socket: plainSocket,
        pieceBytes: plainSocket == nil ? limits.tlsPieceBytes : limits.sendfilePieceBytes,
        lanes: plainSocket == nil ? lanes.reading : lanes.sending
      ),
      maxFieldBytes: limits.maxRequestFieldBytes,
      bodyWindowPieces: max(2, limits.requestBodyWindowBytes / Self.bodyReadBytes),
      refusals: tenant.refusals,
      peer: peer,
      rates: rates,
      lingers: plainSocket != nil,
      observer: observer
    )
  }

  private var decoderLimits: NIOHTTPDecoderLimitConfiguration {
    var decoderLimits = NIOHTTPDecoderLimitConfiguration()
    decoderLimits.maxHeaderListSize = limits.maxRequestHeaderBytes
    decoderLimits.maxHeaderFieldSize = limits.maxRequestHeaderBytes
    decoderLimits.maxHeaderFieldCount = limits.maxRequestHeaderFields
    return decoderLimits
  }
}
