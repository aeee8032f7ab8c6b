import NIOCore
import OCI
import Synchronization

/// Content that cannot be kept, on its way from memory to the followers: see ``PassingWindow``.
extension Download {
  /// Whether whoever comes now can have all of it.
  var canBeJoined: Bool { state.withLock { !$0.passing.hasForgotten } }

  /// Whether somebody follows.
  var hasFollowers: Bool { state.withLock { $0.passing.hasFollowers } }

  /// A place among the followers; nil when the beginning of the content has passed and is not kept.
  func follow() -> Follower? {
    let number = state.withLock { state -> PassingWindow.Follower? in
      let number = state.newWaiter()
      return state.passing.join(number) ? number : nil
    }
    return number.map { Follower($0, of: self) }
  }

  /// A follower is gone.
  func left(_ follower: PassingWindow.Follower) {
    changePassing { $0.passing.leave(follower) }
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
  /// - Throws: ``PullThroughError/storeFailed(reason:)`` when nobody follows, or nobody can, so that all is in vain.
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
    guard state.withLock({ $0.canPass }), !Task.isCancelled else {
      throw .storeFailed(reason: "it cannot be kept, and there is nobody to pass it to")
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
