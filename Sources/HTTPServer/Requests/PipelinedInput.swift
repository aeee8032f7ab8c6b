import Glibc
import NIOCore

/// What a client has sent and nobody has looked at yet, given out one request's header at a time.
///
/// A client may send requests ahead of their answers (RFC 9112 §9.3.2). As bytes they take as much memory as they are
/// long; taken apart they would take many times that.
struct PipelinedInput {
  private let maxBytes: Int
  private var bytes: ByteBuffer?
  private var lines = BlankLines()
  /// More came than is kept.
  private(set) var isCut = false

  /// - Parameter maxBytes: how much is kept; what is appended to less is kept as a whole.
  init(maxBytes: Int) { self.maxBytes = maxBytes }

  var isEmpty: Bool { bytes == nil }

  mutating func append(_ more: ByteBuffer) {
    guard !isCut, more.readableBytes > 0 else { return }
    guard var kept = bytes else {
      bytes = more
      return
    }
    if kept.readableBytes >= maxBytes {
      isCut = true
    } else {
      // Taken out while it grows, so that it is not copied.
      bytes = nil
      kept.writeImmutableBuffer(more)
      bytes = kept
    }
  }

  /// The bytes up to the end of the first header block that ends in them, or all.
  mutating func next() -> ByteBuffer? {
    guard var kept = bytes else { return nil }
    guard let end = kept.withUnsafeReadableBytes({ lines.firstEnd(in: $0) }), end < kept.readableBytes else {
      bytes = nil
      return kept
    }
    bytes = nil
    let slice = kept.readSlice(length: end)
    bytes = kept
    return slice
  }

  /// All of it: a body's bytes have no headers among them.
  mutating func all() -> ByteBuffer? {
    defer { bytes = nil }
    return bytes
  }

  mutating func drop() { bytes = nil }
}

/// Finds blank lines in bytes that come in pieces: no header block ends without one (RFC 9112 §2.1).
///
/// Where one is found that ends no header, nothing is lost but a turn: whoever parses the bytes decides.
struct BlankLines: Equatable {
  private enum Place {
    case lineStart
    case behindCarriageReturn
    case inLine
  }

  private static let carriageReturn = UInt8(ascii: "\r")
  private static let lineFeed = UInt8(ascii: "\n")

  private var place = Place.inLine

  /// - Returns: how many bytes there are up to the end of the first blank line; nil if it is not among them.
  mutating func firstEnd(in bytes: UnsafeRawBufferPointer) -> Int? {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch (place, byte) {
      case (.lineStart, Self.lineFeed), (.behindCarriageReturn, Self.lineFeed):
        place = .lineStart
        return index + 1
      case (.lineStart, Self.carriageReturn):
        place = .behindCarriageReturn
        index += 1
      default:
        guard let base = bytes.baseAddress, let found = memchr(base + index, CInt(Self.lineFeed), bytes.count - index)
        else {
          place = .inLine
          return nil
        }
        place = .lineStart
        index = UnsafeRawPointer(found) - base + 1
      }
    }
    return nil
  }
}
