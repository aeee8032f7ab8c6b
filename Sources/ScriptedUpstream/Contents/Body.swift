import NIOCore

/// A stretch of bytes to be sent.
enum Piece: Sendable {
  case bytes(ByteBuffer)
  case file(BlobFile, Range<Int64>)
  /// The same bytes again and again.
  case endless(ByteBuffer)
}

/// The bytes of an answer, in order; the last piece may be without end.
struct Body: Sendable {
  private(set) var pieces: [Piece] = []

  init() {}

  init(_ pieces: Piece...) { self.pieces = pieces }

  /// Bytes in all; nil when there is no end.
  var length: Int64? {
    var sum: Int64 = 0
    for piece in pieces {
      switch piece {
      case .bytes(let buffer): sum += Int64(buffer.readableBytes)
      case .file(_, let range): sum += Int64(range.count)
      case .endless: return nil
      }
    }
    return sum
  }

  mutating func append(_ piece: Piece) { pieces.append(piece) }

  /// All bytes in memory; of an endless body nothing after its last whole piece.
  var bytes: ByteBuffer {
    var all = ByteBuffer()
    for piece in pieces {
      switch piece {
      case .bytes(var buffer): all.writeBuffer(&buffer)
      case .file(let file, let range):
        var buffer = file.read(range)
        all.writeBuffer(&buffer)
      case .endless: break
      }
    }
    return all
  }

  /// Flips all bits of the byte at `offset`; leaves the body alone if there is no such byte.
  mutating func flip(at offset: Int64) {
    var flipped: [Piece] = []
    var cursor = BodyCursor(self)
    while let piece = cursor.next(upTo: cursor.position < offset ? Int(clamping: offset - cursor.position) : .max) {
      let start = cursor.position - Int64(piece.count)
      guard start == offset, !piece.isEndless else {
        flipped.append(piece)
        if piece.isEndless { break }
        continue
      }
      var (first, rest) = piece.split(at: 1)
      first = .bytes(ByteBuffer(bytes: first.loaded.readableBytesView.map { ~$0 }))
      flipped.append(first)
      if rest.count > 0 { flipped.append(rest) }
    }
    pieces = flipped
  }
}

extension Piece {
  var isEndless: Bool {
    if case .endless = self { true } else { false }
  }

  /// Bytes; of an endless piece those of one round.
  var count: Int {
    switch self {
    case .bytes(let buffer), .endless(let buffer): buffer.readableBytes
    case .file(_, let range): range.count
    }
  }

  /// The bytes in memory; of an endless piece those of one round.
  var loaded: ByteBuffer {
    switch self {
    case .bytes(let buffer), .endless(let buffer): buffer
    case .file(let file, let range): file.read(range)
    }
  }

  /// The first `count` bytes, and the others. `count` is at most `self.count`; an endless piece loses its endlessness.
  func split(at count: Int) -> (Piece, Piece) {
    switch self {
    case .bytes(var buffer), .endless(var buffer):
      let first = buffer.readSlice(length: count) ?? ByteBuffer()
      return (.bytes(first), .bytes(buffer))
    case .file(let file, let range):
      let middle = range.lowerBound + Int64(count)
      return (.file(file, range.lowerBound..<middle), .file(file, middle..<range.upperBound))
    }
  }
}

/// A place in a body.
struct BodyCursor: Sendable {
  private var pieces: ArraySlice<Piece>
  private(set) var position: Int64 = 0

  init(_ body: Body) { pieces = body.pieces.filter { $0.count > 0 }[...] }

  var isAtEnd: Bool { pieces.isEmpty }

  /// The next bytes that lie together, at most `limit` of them and at least one; nil at the end.
  mutating func next(upTo limit: Int) -> Piece? {
    guard limit > 0, let piece = pieces.first else { return nil }
    if piece.isEndless, piece.count <= limit {
      position += Int64(piece.count)
      return piece
    }
    let (taken, rest) = piece.split(at: min(limit, piece.count))
    // What is left of one round of an endless piece comes before the next round.
    if !piece.isEndless { pieces.removeFirst() }
    if rest.count > 0 { pieces.insert(rest, at: pieces.startIndex) }
    position += Int64(taken.count)
    return taken
  }
}
