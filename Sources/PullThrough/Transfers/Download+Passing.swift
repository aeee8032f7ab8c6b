import NIOCore
import OCI
import Synchronization

/// Content that cannot be kept, on its way from memory to the followers: see ``RelayBuffer``.
extension Download {
  /// Whether whoever comes now can have all of it.
  var canBeJoined: Bool { state.withLock { $0.canBeJoined } }

  /// Whether somebody follows.
  var hasFollowers: Bool { state.withLock { $0.passing.hasFollowers } }

  /// A place among the followers; nil when the beginning of the content has passed and is not kept.
  func follow() -> Follower? {
    let number = state.withLock { state -> RelayBuffer.Follower? in
      guard state.canBeJoined else { return nil }
      let number = state.newWaiter()
      return state.passing.join(number) ? number : nil
    }
    return number.map { Follower($0, of: self) }
  }

  /// A follower is gone.
  func left(_ follower: RelayBuffer.Follower) {
    let isLast = changePassing { state in
      state.passing.leave(follower)
      return !state.passing.hasFollowers
    }
    if isLast { deserted() }
  }

  /// Hands bytes on that are not kept.
  func pass(_ bytes: ByteBuffer, at offset: Int64) {
    wake { state in
      state.passing.append(bytes, at: offset)
      state.machine.plan.refusesRanges()
      return state.machine.wrote(offset..<(offset + Int64(bytes.readableBytes)))
    }
  }

  /// Waits until the slowest follower has been sent enough for more to be passed.
  /// - Throws: ``PullThroughError/abandoned(_:_:)`` when nobody follows, and ``PullThroughError/storeFailed(reason:)`` when
  ///   nobody can, so that all is in vain.
  func waitUntilPassed() async throws(PullThroughError) {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let hasRoom = state.withLock { state in
          let hasRoom = !state.passing.isFull || !state.canPass || Task.isCancelled
          if !hasRoom { state.passer = continuation }
          return hasRoom
        }
        if hasRoom { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.takePasser() }?.resume()
    }
    let (hasFollowers, canPass) = state.withLock { ($0.passing.hasFollowers, $0.canPass) }
    guard hasFollowers, !Task.isCancelled else { throw .abandoned(repository, digest) }
    guard canPass else {
      throw .storeFailed(reason: "it cannot be kept, and cannot be passed on, for its length is not known")
    }
  }

  /// Makes a change after which there may be room to pass more.
  func changePassing<Value: Sendable>(_ change: (inout sending State) -> Value) -> Value {
    let (value, passer) = state.withLock { state in
      let value = change(&state)
      let mayGoOn = !state.passing.isFull || !state.canPass
      return (value, mayGoOn ? state.takePasser() : nil)
    }
    passer?.resume()
    return value
  }
}

extension Download.State {
  /// Whether whoever comes now can have all of it.
  var canBeJoined: Bool {
    if case .failed = machine.phase { return false }
    return !passing.hasForgotten
  }

  /// Where the bytes between two offsets are, all of which have arrived.
  func available(from offset: Int64, to end: Int64) -> Download.Progress {
    if let inMemory, let bytes = inMemory.getSlice(at: Int(clamping: offset), length: Int(clamping: end - offset)) {
      return .bytes(bytes)
    }
    switch passing.place(of: offset) {
    case .file(let fileEnd): return .available(upTo: min(end, fileEnd))
    case .memory(var bytes):
      let count = Int(clamping: min(end - offset, Int64(bytes.readableBytes)))
      return .bytes(bytes.readSlice(length: count) ?? bytes)
    case .forgotten: return .failed(.storeFailed(reason: "the bytes from \(offset) on have passed, and are not kept"))
    }
  }
}
