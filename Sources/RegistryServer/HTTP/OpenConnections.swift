import NIOCore
import Synchronization

/// The connections that are served now: how many there may be, and who to tell when the server shuts down.
final class OpenConnections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isClosing = false
    var whenEmpty: CheckedContinuation<Void, Never>?
  }

  private let maxCount: Int
  private let state = Mutex(State())

  init(maxCount: Int) {
    self.maxCount = maxCount
  }

  var count: Int { state.withLock { $0.channels.count } }

  /// Whether one more would be turned away.
  var isFull: Bool { count >= maxCount }

  /// Whether the server is shutting down.
  var isDraining: Bool { state.withLock { $0.isClosing } }

  /// Counts a connection until it closes.
  /// - Returns: false when there are too many already, or the server is shutting down.
  func admit(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let isAdmitted = state.withLock { state in
      guard !state.isClosing, state.channels.count < maxCount else { return false }
      state.channels[id] = channel
      return true
    }
    if isAdmitted { channel.closeFuture.whenComplete { _ in self.remove(id) } }
    return isAdmitted
  }

  /// Turns new connections away from now on: the server is shutting down.
  func admitNoMore() { state.withLock { $0.isClosing = true } }

  /// Lets requests that are being answered finish, closes connections as they fall idle, and returns when none is left.
  func drain() async {
    let channels = state.withLock { state in
      state.isClosing = true
      return Array(state.channels.values)
    }
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ShutdownEvent()) }
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        if !state.channels.isEmpty { state.whenEmpty = continuation }
        return state.channels.isEmpty
      }
      if isEmpty { continuation.resume() }
    }
  }

  /// Closes whatever is left.
  func closeAll() {
    for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
  }

  private func remove(_ id: ObjectIdentifier) {
    let continuation: CheckedContinuation<Void, Never>? = state.withLock { state in
      state.channels[id] = nil
      guard state.channels.isEmpty else { return nil }
      defer { state.whenEmpty = nil }
      return state.whenEmpty
    }
    continuation?.resume()
  }
}

/// Tells a connection to close after the answer that it is sending.
struct ShutdownEvent: Sendable {}
