import NIOCore
import OCI
import Store
import Synchronization

/// Joins the event loops, where bytes arrive, to a lane, where they are written and hashed.
///
/// At most a window of bytes waits between the two: beyond it the producer is suspended, so that a slow disk slows the
/// upstream connection down and memory stays flat. Several may feed one ``Assembler``, each its own part of a blob.
final class DiskWriter: Sendable {
  private struct Queue {
    /// Where the next bytes to be written belong.
    var offset: Int64
    var pending: [ByteBuffer] = []
    var pendingBytes = 0
    var draining = false
    var failure: StoreError?
    var producer: CheckedContinuation<Void, Never>?
    var finisher: CheckedContinuation<Void, Never>?
  }

  private let lane: Lane
  private let assembler: Assembler
  private let windowBytes: Int
  private let queue: Mutex<Queue>

  /// - Parameter offset: where in the blob the first byte handed over belongs.
  init(to assembler: Assembler, startingAt offset: Int64, on lane: Lane, limits: Limits) {
    self.assembler = assembler
    self.lane = lane
    windowBytes = limits.downloadWindowBytes
    queue = Mutex(Queue(offset: offset))
  }

  /// Hands over bytes that follow those handed over before. Suspends while the window is full.
  func append(_ bytes: ByteBuffer) async throws(StoreError) {
    let (mustStart, mustWait, failure) = queue.withLock { queue -> (Bool, Bool, StoreError?) in
      if let failure = queue.failure { return (false, false, failure) }
      queue.pending.append(bytes)
      queue.pendingBytes += bytes.readableBytes
      let mustStart = !queue.draining
      queue.draining = true
      return (mustStart, queue.pendingBytes >= windowBytes, nil)
    }
    if let failure { throw failure }
    if mustStart { lane.enqueue { self.drain() } }
    if mustWait { await waitForRoom() }
  }

  /// Waits until all that was handed over is written.
  func flush() async throws(StoreError) {
    await withCheckedContinuation { continuation in
      let idle = queue.withLock { queue in
        if queue.draining { queue.finisher = continuation }
        return !queue.draining
      }
      if idle { continuation.resume() }
    }
    if let failure = queue.withLock({ $0.failure }) { throw failure }
  }

  private func waitForRoom() async {
    await withCheckedContinuation { continuation in
      let hasRoom = queue.withLock { queue in
        let hasRoom = queue.pendingBytes < windowBytes || queue.failure != nil
        if !hasRoom { queue.producer = continuation }
        return hasRoom
      }
      if hasRoom { continuation.resume() }
    }
  }

  private func drain() {
    while let batch = nextBatch() {
      for buffer in batch {
        let failure = write(buffer)
        let producer: CheckedContinuation<Void, Never>? = queue.withLock { queue in
          queue.pendingBytes -= buffer.readableBytes
          queue.failure = queue.failure ?? failure
          guard queue.pendingBytes < windowBytes / 2 || queue.failure != nil else { return nil }
          defer { queue.producer = nil }
          return queue.producer
        }
        producer?.resume()
      }
    }
  }

  private func nextBatch() -> [ByteBuffer]? {
    let (batch, finisher): ([ByteBuffer]?, CheckedContinuation<Void, Never>?) = queue.withLock { queue in
      guard !queue.pending.isEmpty else {
        queue.draining = false
        defer { queue.finisher = nil }
        return (nil, queue.finisher)
      }
      defer { queue.pending = [] }
      return (queue.pending, nil)
    }
    finisher?.resume()
    return batch
  }

  private func write(_ bytes: ByteBuffer) -> StoreError? {
    let (offset, failure) = queue.withLock { queue in
      defer { queue.offset += Int64(bytes.readableBytes) }
      return (queue.offset, queue.failure)
    }
    if let failure { return failure }
    do throws(StoreError) {
      try assembler.write(bytes, at: offset)
      return nil
    } catch {
      return error
    }
  }
}
