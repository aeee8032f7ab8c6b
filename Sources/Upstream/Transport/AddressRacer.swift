import NIOCore
import NIOPosix
import OCI
import Synchronization

/// Finds the address of a name that can be connected to soonest; see `ConnectionRace`.
///
/// The HTTP client is then told to dial that one: it knows one address at a time.
struct AddressRacer: Sendable {
  let eventLoopGroup: any EventLoopGroup
  let attemptDelay: Duration

  /// - Throws: `timedOut(.connect)`, or why the first one could not be connected to when none could; `cancelled`.
  func winner(among addresses: [IPAddress], port: Int, timeout: Duration) async throws(UpstreamFailure) -> IPAddress {
    let (events, sink) = AsyncStream.makeStream(of: ConnectionRace.Event.self, bufferingPolicy: .unbounded)
    let attempts = Attempts()
    defer { attempts.end() }
    attempts.add(after: timeout) { sink.yield(.deadlinePassed) }
    var race = ConnectionRace(count: addresses.count)
    var iterator = events.makeAsyncIterator()
    var step = race.begin()
    while true {
      switch step {
      case .wait: break
      case .won(let place): return addresses[place]
      case .lost(let failure): throw failure
      case .tryNext(let place):
        attempt(addresses[place], port, timeout, attempts) { failure in
          sink.yield(failure.map { .failed(place, $0) } ?? .connected(place))
        }
        attempts.add(after: attemptDelay) { sink.yield(.delayPassed(place)) }
      }
      guard let event = await iterator.next() else { throw .cancelled }
      step = race.take(event)
    }
  }

  private func attempt(
    _ address: IPAddress,
    _ port: Int,
    _ timeout: Duration,
    _ attempts: Attempts,
    _ report: @escaping @Sendable (UpstreamFailure?) -> Void
  ) {
    do {
      let target = try SocketAddress(ipAddress: address.description, port: port)
      ClientBootstrap(group: eventLoopGroup)
        .connectTimeout(TimeAmount(timeout))
        .channelInitializer { channel in
          attempts.add(channel)
          return channel.eventLoop.makeSucceededVoidFuture()
        }
        .connect(to: target)
        .whenComplete { result in
          switch result {
          case .success: report(nil)
          case .failure(let error): report(TransportErrors.failure(of: error, during: .head))
          }
        }
    } catch {
      report(TransportErrors.failure(of: error, during: .head))
    }
  }
}

/// All that a race has begun; it ends with it.
private final class Attempts: Sendable {
  private struct State {
    var hasEnded = false
    var channels: [any Channel] = []
    var alarms: [Task<Void, Never>] = []
  }

  private let state = Mutex(State())

  func add(_ channel: any Channel) {
    let isLate = state.withLock { state in
      if !state.hasEnded { state.channels.append(channel) }
      return state.hasEnded
    }
    if isLate { channel.close(promise: nil) }
  }

  func add(after delay: Duration, _ act: @escaping @Sendable () -> Void) {
    let alarm = Task {
      guard (try? await Task.sleep(for: delay)) != nil else { return }
      act()
    }
    state.withLock { $0.alarms.append(alarm) }
  }

  func end() {
    let ended = state.withLock { state in
      defer { state = State(hasEnded: true) }
      return state
    }
    for alarm in ended.alarms { alarm.cancel() }
    for channel in ended.channels { channel.close(promise: nil) }
  }
}
