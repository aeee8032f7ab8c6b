import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// The listening socket of one origin, which can be taken down and put up again at the same port.
final class OriginListener: Sendable {
  private struct Guarded: Sendable {
    var server: (any Channel)?
    var address: SocketAddress
    var tls: NIOSSLContext?
    var faults: [AcceptFault] = []
    var connections: [ObjectIdentifier: any Channel] = [:]
  }

  let origin: Origin
  private let core: UpstreamCore
  private let group: any EventLoopGroup
  private let sendBufferBytes: Int?
  private let guarded: Mutex<Guarded>

  init(
    _ origin: Origin,
    address: SocketAddress,
    tls: NIOSSLContext?,
    sendBufferBytes: Int?,
    core: UpstreamCore,
    group: any EventLoopGroup
  ) {
    self.origin = origin
    self.core = core
    self.group = group
    self.sendBufferBytes = sendBufferBytes
    guarded = Mutex(Guarded(address: address, tls: tls))
  }

  /// The address listened on as a URL has it: one of IPv6 in brackets.
  var host: String {
    guarded.withLock { guarded in
      let text = guarded.address.ipAddress ?? "127.0.0.1"
      return guarded.address.protocol == .inet6 ? "[\(text)]" : text
    }
  }

  /// The port listened on, also while down; 0 before it was ever up.
  var port: Int { guarded.withLock { $0.address.port ?? 0 } }

  var isEncrypted: Bool { guarded.withLock { $0.tls != nil } }

  /// Opens the socket; does nothing if it is open.
  func up() async throws(ScriptedUpstreamError) {
    let (isUp, address) = guarded.withLock { ($0.server != nil, $0.address) }
    guard !isUp else { return }
    do {
      var bootstrap = ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 4096)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try self.accept(channel) } }
      if let sendBufferBytes {
        bootstrap = bootstrap.childChannelOption(.socketOption(.so_sndbuf), value: sendBufferBytes)
      }
      let server = try await bootstrap.bind(to: address).get()
      guarded.withLock { all in
        all.server = server
        all.address = server.localAddress ?? address
      }
    } catch {
      throw .listen(origin: origin, reason: "\(error)")
    }
  }

  /// Closes the socket, so that connecting is refused, and the connections if asked.
  func down(closingConnections: Bool) async {
    let (server, connections) = guarded.withLock { all in
      let server = all.server
      all.server = nil
      return (server, Array(all.connections.values))
    }
    // A socket that is closed already is as good as one closed now.
    try? await server?.close().get()
    guard closingConnections else { return }
    for connection in connections { try? await connection.close().get() }
  }

  /// Uses another certificate for the connections to come.
  func use(_ tls: NIOSSLContext) { guarded.withLock { $0.tls = tls } }

  func add(_ fault: AcceptFault) { guarded.withLock { $0.faults.append(fault) } }

  func removeFaults() { guarded.withLock { $0.faults = [] } }

  private func accept(_ channel: any Channel) throws {
    let number = core.openConnection(origin)
    let id = ObjectIdentifier(channel)
    let (fault, tls) = guarded.withLock { all in
      all.connections[id] = channel
      return (Self.takeFault(&all.faults), all.tls)
    }
    channel.closeFuture.whenComplete { _ in
      self.guarded.withLock { $0.connections[id] = nil }
      self.core.closeConnection(self.origin)
    }
    let pipeline = channel.pipeline.syncOperations
    if let fault {
      try pipeline.addHandler(FaultHandler(fault.kind))
      return
    }
    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
    try pipeline.addHandlers(
      ByteToMessageHandler(HTTPRequestDecoder()),
      ExchangeHandler(core: core, origin: origin, connection: number, isEncrypted: tls != nil)
    )
  }

  private static func takeFault(_ faults: inout [AcceptFault]) -> AcceptFault? {
    guard let fault = faults.first else { return nil }
    if let times = fault.times {
      faults[0].times = times - 1
      if times <= 1 { faults.removeFirst() }
    }
    return fault
  }
}

/// Does to a connection what a fault says, and reads nothing of what it sends.
private final class FaultHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let kind: AcceptFault.Kind

  init(_ kind: AcceptFault.Kind) { self.kind = kind }

  func channelActive(context: ChannelHandlerContext) {
    switch kind {
    case .close: context.close(promise: nil)
    case .reset: ConnectionEnd.reset(context.channel)
    case .silence: break
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}

enum ListenAddress {
  /// Reads `ADDRESS:PORT`; the address is numeric, an IPv6 one in brackets, and port 0 means a free one.
  static func parse(_ text: String) throws(ScriptedUpstreamError) -> SocketAddress {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      throw .invalid("'\(text)' is no ADDRESS:PORT")
    }
    let host = text[..<colon].trimmingPrefix("[")
    do {
      return try SocketAddress(ipAddress: String(host.last == "]" ? host.dropLast() : host), port: Int(port))
    } catch {
      throw .invalid("'\(text)': \(error)")
    }
  }
}

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
