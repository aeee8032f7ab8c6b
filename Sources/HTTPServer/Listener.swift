import Glibc
import NIOCore
import NIOPosix
import OCI

/// One listening socket, and the pipeline of each connection that it accepts.
struct Listener: Sendable {
  let settings: ListeningOptions
  let inherited: InheritedSockets
  /// Who it is under TLS; nil for plain HTTP.
  let identity: ListenerIdentity?
  let connections: OpenConnections
  let pipeline: ConnectionPipeline
  let group: any EventLoopGroup

  /// Opens the socket, and accepts connections from then on.
  func open() throws(ServerError) -> Acceptor {
    do {
      let listening = try ListeningSocket.open(at: settings.address, inherited: inherited)
      return Acceptor(listening) { socket in accepted(socket) }
    } catch let error as ServerError {
      throw error
    } catch {
      throw .cannotListen(address: "\(settings.address)", reason: Self.reason(error))
    }
  }

  /// On the acceptor's thread: whoever has no place costs no event loop anything.
  private func accepted(_ socket: Int32) {
    guard let place = connections.admit(.next(at: ClientKey.Address(peerOf: socket))) else {
      close(socket)
      return
    }
    serve(socket, place)
    // Those that have lost their places are closed by event loops: descriptors must not run out meanwhile.
    for _ in 0..<Self.maxPauses where connections.isClosingMany { usleep(Self.pauseMicroseconds) }
  }

  private func serve(_ socket: Int32, _ place: ConnectionPlace) {
    VanishedClients.watch(socket)
    let bootstrap = ClientBootstrap(group: group)
      // A client that has nothing more to ask (RFC 9112 §9.6) still wants its answers.
      .channelOption(.allowRemoteHalfClosure, value: true)
      // Writable means that nothing is left of what was written: see ``RequestPacer``.
      .channelOption(.writeBufferWaterMark, value: .init(low: 1, high: 1))
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: pipeline.readBytes)
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard connections.attach(channel, to: place) else { throw TurnedAway() }
          try pipeline.configure(channel, socket, place, identity?.context)
        }
      }
    // A connection that comes to nothing is closed, and has nobody to tell.
    bootstrap.withConnectedSocket(socket).whenFailure { _ in connections.leave(place) }
  }

  private struct TurnedAway: Error {}

  private static let maxPauses = 100
  private static let pauseMicroseconds: UInt32 = 1_000

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as IOError: String(cString: strerror(error.errnoCode))
    case SocketAddressError.unixDomainSocketPathTooLong: "the path of a Unix socket may have 107 bytes"
    case is SocketAddressError, is SocketAddressError.UnknownHost: "its host name does not resolve"
    default: "the system refuses it"
    }
  }
}
