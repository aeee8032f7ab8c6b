import Foundation
import NIOCore
import NIOSSL

/// Ways to end a connection that a well-behaved server has no use for. To be called on its event loop.
enum ConnectionEnd {
  /// FIN, without the close_notify of TLS.
  static func truncate(_ channel: any Channel) {
    if let tls = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) {
      tls.close(promise: nil)
    } else {
      channel.close(promise: nil)
    }
  }

  /// RST, as soon as the peer's kernel has acknowledged all that was written: a reset sent earlier would take the bytes
  /// still in our send buffer with it.
  static func reset(_ channel: any Channel) {
    guard channel.isActive else { return }
    let unacknowledged = withDescriptor(of: channel) { descriptor in
      var count: CInt = 0
      return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? count : 0
    }
    guard unacknowledged == 0 || unacknowledged == nil else {
      channel.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(500)) { reset(channel) }
      return
    }
    withDescriptor(of: channel) { descriptor in
      // tcp(7): a close with a linger time of zero sends RST.
      var atOnce = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
    }
    truncate(channel)
  }

  @discardableResult
  private static func withDescriptor<R>(of channel: any Channel, _ body: (CInt) -> R) -> R? {
    try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { body($0) }
  }
}
