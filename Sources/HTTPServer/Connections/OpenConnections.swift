import Logging
import NIOCore
import OCI
import Synchronization

/// The connections that are served now: which of them have a place, and who to tell when the server shuts down.
package final class OpenConnections: Sendable {
  private struct State {
    var places: ConnectionPlaces<ConnectionPlace>
    /// All that are open, those that have lost their place and are being closed included; nil until there is a channel.
    var open: [UInt64: (any Channel)?] = [:]

    func channels(of places: [ConnectionPlace]) -> [any Channel] {
      places.compactMap { open[$0.client.connection] ?? nil }
    }
    var isClosing = false
    var whenEmpty: CheckedContinuation<Void, Never>?
    var refusedAt: NIODeadline?
    var saidAt: NIODeadline?
  }

  /// How long after the last connection that was turned away a server counts as full.
  private static let fullFor = TimeAmount.seconds(10)
  private static let pauseBetweenLines = TimeAmount.minutes(1)

  private let capacity: ConnectionCapacity
  private let log: Logger
  private let state: Mutex<State>
  private let waiting = Atomic<Int>(0)
  private let shed = Atomic<UInt64>(0)

  init(capacity: ConnectionCapacity, maxPerClient: Int?, log: Logger) {
    self.capacity = capacity
    self.log = log
    state = Mutex(State(places: ConnectionPlaces(capacity: capacity.count, maxPerClient: maxPerClient)))
  }

  package var count: Int { state.withLock { $0.open.count } }

  /// How many there may be.
  package var maxCount: Int { capacity.count }

  /// Connections that were closed, or turned away, because there were as many as may be.
  package var shedCount: UInt64 { shed.load(ordering: .relaxed) }

  /// Whether clients are being turned away: all places are taken by connections that are being served.
  package var isFull: Bool { state.withLock { $0.refusedAt.map { .now() - $0 < Self.fullFor } ?? false } }

  /// Whether the server is shutting down.
  package var isDraining: Bool { state.withLock { $0.isClosing } }

  /// Whether more connections are being closed than a new one should wait for.
  var isClosingMany: Bool { state.withLock { $0.open.count - $0.places.count > max(64, capacity.count / 8) } }

  /// Gives a connection that has been accepted a place, if need be one that another loses.
  /// - Returns: nil when all are being served, or the server is shutting down.
  func admit(_ client: ClientKey) -> ConnectionPlace? {
    let now = NIODeadline.now()
    let (place, closing) = state.withLock { state -> (ConnectionPlace?, [any Channel]) in
      guard !state.isClosing else { return (nil, []) }
      let place = ConnectionPlace(client, acceptedAt: now)
      switch state.places.admit(place) {
      case .refused:
        state.refusedAt = now
        return (nil, [])
      case .admitted(let lost):
        state.open.updateValue(nil, forKey: place.client.connection)
        return (place, state.channels(of: lost))
      }
    }
    close(closing)
    if place == nil || !closing.isEmpty { say(turnedAway: place == nil, at: now) }
    return place
  }

  /// The connection's channel is there.
  /// - Returns: false when its place has been lost meanwhile, or the server is shutting down.
  func attach(_ channel: any Channel, to place: ConnectionPlace) -> Bool {
    let isKept = state.withLock { state in
      guard !state.isClosing, state.places.contains(place) else { return false }
      state.open.updateValue(channel, forKey: place.client.connection)
      return true
    }
    channel.closeFuture.whenComplete { _ in self.leave(place) }
    return isKept
  }

  /// The connection is closed. May be said more than once.
  func leave(_ place: ConnectionPlace) {
    let continuation: CheckedContinuation<Void, Never>? = state.withLock { state in
      state.places.leave(place)
      state.open.removeValue(forKey: place.client.connection)
      guard state.open.isEmpty else { return nil }
      defer { state.whenEmpty = nil }
      return state.whenEmpty
    }
    continuation?.resume()
  }

  /// A client is to wait for something other than itself.
  /// - Returns: false when as many wait as may, so that places are left for what can be answered at once.
  func beginWaiting() -> Bool {
    if waiting.add(1, ordering: .relaxed).newValue <= capacity.waiting { return true }
    let closing = state.withLock { state in
      let lost = state.places.leaveHalfClosed()
      return state.channels(of: lost)
    }
    close(closing)
    if closing.isEmpty { endWaiting() }
    return !closing.isEmpty
  }

  func endWaiting() { waiting.subtract(1, ordering: .relaxed) }

  /// Turns new connections away from now on: the server is shutting down.
  func admitNoMore() { state.withLock { $0.isClosing = true } }

  /// Lets requests that are being answered finish, closes connections as they fall idle, and returns when none is left.
  func drain() async {
    let channels = state.withLock { state in
      state.isClosing = true
      return state.open.values.compactMap { $0 }
    }
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ShutdownEvent()) }
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        if !state.open.isEmpty { state.whenEmpty = continuation }
        return state.open.isEmpty
      }
      if isEmpty { continuation.resume() }
    }
  }

  /// Closes whatever is left.
  func closeAll() {
    for channel in state.withLock({ $0.open.values.compactMap { $0 } }) { channel.close(promise: nil) }
  }

  private func close(_ channels: [any Channel]) {
    shed.add(UInt64(channels.count), ordering: .relaxed)
    for channel in channels { channel.close(promise: nil) }
  }

  /// Clients can cause this at any rate: it is said once a minute.
  private func say(turnedAway: Bool, at now: NIODeadline) {
    if turnedAway { shed.add(1, ordering: .relaxed) }
    let isTime = state.withLock { state in
      if let saidAt = state.saidAt, now - saidAt < Self.pauseBetweenLines { return false }
      state.saidAt = now
      return true
    }
    guard isTime else { return }
    log.warning(
      "as many clients are connected as may be: those that have been idle longest are closed",
      metadata: ["connections": "\(capacity.count)", "turnedAway": "\(turnedAway)"]
    )
  }
}

/// Tells a connection to close after the answer that it is sending.
struct ShutdownEvent: Sendable {}
