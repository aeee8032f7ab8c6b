import Dispatch
import Glibc
import NIOCore
import Synchronization

/// Finds the addresses of a host name.
protocol HostResolver: Sendable {
  /// The addresses of `host`, best first; empty if there are none.
  ///
  /// - Throws: `timedOut(.connect)` if it takes longer than `timeout`.
  func addresses(of host: String, timeout: Duration) async throws(UpstreamFailure) -> [IPAddress]
}

/// Asks the system, on threads of its own: `getaddrinfo` blocks.
final class SystemResolver: HostResolver {
  private let eventLoopGroup: any EventLoopGroup
  /// Serial queues, so that a name server that does not answer keeps neither Swift's threads nor all names waiting.
  private let lanes = (0..<4).map { DispatchQueue(label: "berth.upstream.resolver.\($0)") }

  init(eventLoopGroup: any EventLoopGroup) { self.eventLoopGroup = eventLoopGroup }

  func addresses(of host: String, timeout: Duration) async throws(UpstreamFailure) -> [IPAddress] {
    let lane = lanes[Int(host.hashValue.magnitude % UInt(lanes.count))]
    let promise = eventLoopGroup.any().makePromise(of: [IPAddress].self)
    let answer = AnswerOnce(promise)
    let alarm = promise.futureResult.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
      answer.complete(.failure(UpstreamFailure.timedOut(.connect)))
    }
    lane.async { answer.complete(.success(Self.lookUp(host))) }
    defer { alarm.cancel() }
    do {
      return try await promise.futureResult.get()
    } catch {
      throw TransportErrors.failure(of: error, during: .head)
    }
  }

  /// Blocks until the system answers.
  private static func lookUp(_ host: String) -> [IPAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var next = list
    while let entry = next?.pointee {
      if let address = address(in: entry), !addresses.contains(address) { addresses.append(address) }
      next = entry.ai_next
    }
    return addresses
  }

  private static func address(in entry: addrinfo) -> IPAddress? {
    guard let socket = entry.ai_addr else { return nil }
    switch entry.ai_family {
    case AF_INET:
      return socket.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        .v4(UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
      }
    case AF_INET6:
      return socket.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { IPAddress($0.pointee.sin6_addr) }
    default: return nil
    }
  }
}

/// A promise that two may want to keep: the resolver and the clock. The first one does.
private final class AnswerOnce: Sendable {
  private let promise: Mutex<EventLoopPromise<[IPAddress]>?>

  init(_ promise: EventLoopPromise<[IPAddress]>) { self.promise = Mutex(promise) }

  func complete(_ result: Result<[IPAddress], any Error>) {
    promise.withLock { $0.take() }?.completeWith(result)
  }
}
