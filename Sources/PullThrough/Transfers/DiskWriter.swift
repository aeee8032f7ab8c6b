import BlockingIO
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
    /// Where the next bytes to be handed over belong.
    var end: Int64
    var pending: [Assembler.Piece] = []
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
    queue = Mutex(Queue(end: offset))
  }

  /// Hands over bytes that follow those handed over before. Suspends while the window is full.
  func append(_ bytes: ByteBuffer) async throws(StoreError) {
    let (mustStart, mustWait, failure) = queue.withLock { queue -> (Bool, Bool, StoreError?) in
      if let failure = queue.failure { return (false, false, failure) }
      let piece = Assembler.Piece(bytes, at: queue.end)
      queue.end = piece.range.upperBound
      queue.pending.append(piece)
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
    while let pieces = nextPieces() {
      let failure = write(pieces)
      let producer: CheckedContinuation<Void, Never>? = queue.withLock { queue in
        queue.pendingBytes -= pieces.reduce(0) { $0 + $1.bytes.readableBytes }
        queue.failure = queue.failure ?? failure
        guard queue.pendingBytes < windowBytes / 2 || queue.failure != nil else { return nil }
        defer { queue.producer = nil }
        return queue.producer
      }
      producer?.resume()
    }
  }

  /// What is written next in one go: at most half a window, so that the producer goes on meanwhile.
  private func nextPieces() -> [Assembler.Piece]? {
    let (pieces, finisher): ([Assembler.Piece]?, CheckedContinuation<Void, Never>?) = queue.withLock { queue in
      guard !queue.pending.isEmpty else {
        queue.draining = false
        defer { queue.finisher = nil }
        return (nil, queue.finisher)
      }
      var (count, bytes) = (0, 0)
      while count < queue.pending.count, bytes < windowBytes / 2 {
        bytes += queue.pending[count].bytes.readableBytes
        count += 1
      }
      defer { queue.pending.removeFirst(count) }
      return (Array(queue.pending.prefix(count)), nil)
    }
    finisher?.resume()
    return pieces
  }

  private func write(_ pieces: [Assembler.Piece]) -> StoreError? {
    if let failure = queue.withLock({ $0.failure }) { return failure }
    do throws(StoreError) {
      try assembler.write(pieces)
      return nil
    } catch {
      return error
    }
  }
}
