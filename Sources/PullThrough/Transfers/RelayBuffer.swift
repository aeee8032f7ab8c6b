import DequeModule
import NIOCore
import Store

/// Bytes in transit that are not stored: what the slowest follower has yet to be sent. Pure.
///
/// When the buffer is full, the upstream connection is slowed to the pace of the slowest follower. Bytes that every follower has
/// been sent are dropped; from then on nobody can join.
struct RelayBuffer {
  typealias Follower = UInt64

  /// Where the bytes at an offset are.
  enum Place: Equatable {
    /// In the file, up to an offset.
    case file(upTo: Int64)
    /// Here.
    case memory(ByteBuffer)
    /// Nowhere any more.
    case forgotten
  }

  private struct Piece {
    var start: Int64
    var bytes: ByteBuffer
    var end: Int64 { start + Int64(bytes.readableBytes) }
  }

  private var pieces: Deque<Piece> = []
  private var heldBytes = 0
  /// What was handed over, still here or not.
  private var passed = ReceivedRanges()
  private var positions: [Follower: Int64] = [:]
  /// Whether the beginning of what passes is gone.
  private(set) var hasForgotten = false
  private let maxBytes: Int

  /// - Parameter maxBytes: what may wait for the slowest follower.
  init(maxBytes: Int) { self.maxBytes = max(1, maxBytes) }

  /// Whether nothing more fits until the slowest follower has moved on.
  var isFull: Bool { heldBytes >= maxBytes }

  /// Whether anybody follows.
  var hasFollowers: Bool { !positions.isEmpty }

  /// A follower arrives, that will want bytes from the beginning on.
  /// - Returns: false when they are gone.
  mutating func join(_ follower: Follower) -> Bool {
    guard !hasForgotten else { return false }
    positions[follower] = 0
    return true
  }

  /// A follower has been sent all that it wants below an offset.
  mutating func move(_ follower: Follower, to offset: Int64) {
    guard let position = positions[follower], position < offset else { return }
    positions[follower] = offset
    forget()
  }

  /// A follower has got all, or has gone.
  mutating func leave(_ follower: Follower) {
    positions[follower] = nil
    forget()
  }

  /// Takes bytes that follow, in the content, all that were taken before.
  mutating func append(_ bytes: ByteBuffer, at offset: Int64) {
    let piece = Piece(start: offset, bytes: bytes)
    passed.insert(offset..<piece.end)
    pieces.append(piece)
    heldBytes += bytes.readableBytes
    forget()
  }

  /// Where to read on from an offset.
  func place(of offset: Int64) -> Place {
    guard passed.contiguousEnd(from: offset) > offset else {
      return .file(upTo: passed.ranges.first { $0.lowerBound > offset }?.lowerBound ?? .max)
    }
    guard let index = firstPiece(endingBehind: offset), pieces[index].start <= offset else { return .forgotten }
    let skipped = Int(offset - pieces[index].start)
    let rest = pieces[index].bytes.readableBytes - skipped
    let bytes = pieces[index].bytes
    return bytes.getSlice(at: bytes.readerIndex + skipped, length: rest).map { .memory($0) } ?? .forgotten
  }

  /// Pieces ascend: bisection.
  private func firstPiece(endingBehind offset: Int64) -> Int? {
    var (low, high) = (0, pieces.count)
    while low < high {
      let middle = low + (high - low) / 2
      if pieces[middle].end > offset { high = middle } else { low = middle + 1 }
    }
    return low < pieces.count ? low : nil
  }

  private mutating func forget() {
    let slowest = positions.values.min() ?? .max
    while let first = pieces.first, first.end <= slowest {
      heldBytes -= first.bytes.readableBytes
      pieces.removeFirst()
      hasForgotten = true
    }
  }
}
