import NIOCore

/// The body of an answer, piece by piece, of which one is under way at a time: where it stands, and what comes next. Decides alone.
///
/// | phase | event | then |
/// |---|---|---|
/// | ready | the source has a piece, or a text comes between two ranges | sending |
/// | ready | it has none yet | waiting |
/// | ready | all is sent, or the source fails | ended |
/// | waiting | the source has more | ready |
/// | sending | the piece has left | ready |
/// | sending | it cannot | ended |
/// | any | the client has gone | ended |
struct ResponseBody {
  enum Phase: Equatable {
    case ready
    case waiting(BodyWait)
    case sending
    case ended
  }

  enum Step: Equatable {
    /// The source is asked what it has from there on.
    case look(from: Int64)
    /// This stands between two ranges.
    case text(ByteBuffer)
    /// All is sent.
    case complete
  }

  enum Piece: Equatable {
    /// A range of the source's file.
    case file(Range<Int64>)
    case bytes(ByteBuffer)
    /// The source wakes when there is more.
    case none
    /// The rest never comes.
    case impossible
  }

  private(set) var phase = Phase.ready
  /// Up to where the source's bytes have been sent.
  private(set) var position: Int64
  private var end: Int64
  /// What comes behind the range that is being sent.
  private var parts: ArraySlice<MultipartRanges.Part>
  private var size: PieceSize
  /// A piece was not in memory: of those behind it, the end may arrive before the middle.
  private(set) var comesFromDisk = false

  /// - Parameter parts: further ranges, each behind a text; none for a single range.
  init(_ range: Range<Int64>, behind parts: [MultipartRanges.Part] = [], pieces size: PieceSize) {
    (position, end) = (range.lowerBound, range.upperBound)
    (self.parts, self.size) = (parts[...], size)
  }

  /// - Returns: nil while something is under way, or waited for.
  mutating func next() -> Step? {
    guard phase == .ready else { return nil }
    if position < end { return .look(from: position) }
    guard let part = parts.popFirst() else { return .complete }
    (position, end) = (part.range.lowerBound, part.range.upperBound)
    // Waited for: a lane may send the part itself, past what still waits in the connection.
    phase = .sending
    return .text(part.text)
  }

  /// The source's word on what it has.
  mutating func found(_ availability: BodyAvailability) -> Piece {
    guard phase == .ready else { return .none }
    switch availability {
    case .failed: return .impossible
    case .wait(let wait):
      phase = .waiting(wait)
      return .none
    case .upTo(let available):
      let (whole, isBeyond) = position.addingReportingOverflow(size.bytes)
      let pieceEnd = min(available, end, isBeyond ? .max : whole)
      guard pieceEnd > position else { return .impossible }
      phase = .sending
      return .file(position..<pieceEnd)
    case .bytes(var bytes):
      let count = Int(clamping: min(end - position, Int64(bytes.readableBytes), size.bytes))
      guard count > 0, let piece = bytes.readSlice(length: count) else { return .impossible }
      phase = .sending
      return .bytes(piece)
    }
  }

  mutating func notInMemory() { comesFromDisk = true }

  /// The source has more.
  mutating func wokenUp() { if case .waiting = phase { phase = .ready } }

  /// The piece that was under way has left, in that time.
  /// - Returns: how many of the source's bytes that were.
  mutating func sent(upTo pieceEnd: Int64, within elapsed: Duration) -> Int64 {
    guard phase == .sending else { return 0 }
    phase = .ready
    let count = pieceEnd - position
    if count > 0 { size.sent(within: elapsed) }
    position = pieceEnd
    return count
  }

  /// Nothing more is sent.
  /// - Returns: what was under way or waited for; nil if it had ended before.
  mutating func finish() -> Phase? {
    guard phase != .ended else { return nil }
    defer { phase = .ended }
    return phase
  }
}
