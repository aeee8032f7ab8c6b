import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The listening socket of the control interface.
final class ControlListener: Sendable {
  private let address: SocketAddress
  private let group: any EventLoopGroup
  private let server = Mutex<(any Channel)?>(nil)

  init(address: SocketAddress, group: any EventLoopGroup) {
    self.address = address
    self.group = group
  }

  var port: Int? { server.withLock { $0?.localAddress?.port } }

  /// Opens the socket; `serve` adds the handlers of each connection, behind HTTP's.
  func up(serving serve: @escaping @Sendable (any Channel) throws -> Void) async throws(ScriptedUpstreamError) {
    do {
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 1024)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            try serve(channel)
          }
        }
        .bind(to: address).get()
      server.withLock { $0 = channel }
    } catch {
      throw .invalid("cannot listen for control: \(error)")
    }
  }

  func down() async {
    // A socket that is closed already is as good as one closed now.
    try? await server.withLock { $0 }?.close().get()
  }
}
