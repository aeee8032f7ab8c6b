import Dispatch
import Glibc
import Synchronization

/// Accepts connections on a thread of its own, and hands their sockets over.
///
/// NIO's server channel would keep them to itself, and bodies that wait for the disk are sent by lanes: see
/// ``DiskPiece``.
final class Acceptor: Sendable {
  /// After a failure for want of descriptors or memory, which would only be met again at once.
  private static let pauseMicroseconds: UInt32 = 50_000

  /// The port that it listens on; nil for a path.
  let port: Int?
  private let listening: ListeningSocket
  private let isClosed = Atomic<Bool>(false)
  /// Ends the wait for connections to a socket that the service manager goes on listening to; nil for one of our own.
  private let wakeUp: WakeUp?
  // A serial queue has a thread of its own.
  private let queue = DispatchQueue(label: "berth.accept")

  /// - Parameter accepted: takes over a connection's socket. Called on the acceptor's thread.
  init(_ listening: consuming ListeningSocket, accepted: @escaping @Sendable (Int32) -> Void) {
    port = listening.port
    wakeUp = listening.isInherited ? WakeUp() : nil
    self.listening = listening
    queue.async { self.run(accepted) }
  }

  /// Accepts no more, from when this returns.
  func close() async {
    isClosed.store(true, ordering: .releasing)
    if let wakeUp {
      wakeUp.now()
    } else {
      // Wakes who waits in accept(2), and refuses clients from now on.
      shutdown(listening.descriptor, CInt(SHUT_RDWR))
    }
    await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    listening.place?.remove()
  }

  private func run(_ accepted: (Int32) -> Void) {
    while !isClosed.load(ordering: .acquiring) {
      wakeUp?.wait(orReadable: listening.descriptor)
      let socket = accept(listening.descriptor, nil, nil)
      if socket >= 0 {
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        accepted(socket)
      } else if ![EINTR, EAGAIN, ECONNABORTED].contains(errno), !isClosed.load(ordering: .acquiring) {
        usleep(Self.pauseMicroseconds)
      }
    }
  }
}
