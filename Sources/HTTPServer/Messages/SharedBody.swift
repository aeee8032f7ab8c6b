package import NIOCore

/// A body in memory that is sent piece by piece at its client's pace, without a copy for each client.
package struct SharedBody: BodySource {
  /// A shorter one is handed to the kernel at once, and need not be held on to.
  package static let worthwhileBytes = 64 << 10

  /// One behind the other.
  package let pieces: [ByteBuffer]
  /// What has the bytes' place in the memory budget: held until the last client has them or has gone.
  package let owner: (any AnyObject & Sendable)?

  package init(pieces: [ByteBuffer], owner: (any AnyObject & Sendable)?) {
    (self.pieces, self.owner) = (pieces, owner)
  }

  /// Length in bytes.
  package var totalBytes: Int64 { pieces.reduce(0) { $0 + Int64($1.readableBytes) } }

  /// What comes at an offset, up to the end of its piece; empty behind the end.
  package func bytes(from offset: Int64) -> ByteBuffer {
    var start = offset
    for piece in pieces {
      let length = Int64(piece.readableBytes)
      if start < length {
        return piece.getSlice(at: piece.readerIndex + Int(start), length: Int(length - start)) ?? ByteBuffer()
      }
      start -= length
    }
    return ByteBuffer()
  }

  package var descriptor: Int32? { nil }

  package func available(from offset: Int64, wake: @escaping @Sendable () -> Void) -> BodyAvailability {
    .bytes(bytes(from: offset))
  }
}

extension Reply.Body {
  /// A body made of pieces: sent at once if it is short, else piece by piece.
  package static func joined(_ pieces: [ByteBuffer], owner: any AnyObject & Sendable) -> Reply.Body {
    let body = SharedBody(pieces: pieces, owner: owner)
    guard body.totalBytes < SharedBody.worthwhileBytes else { return .shared(body, 0..<body.totalBytes) }
    var whole = ByteBufferAllocator().buffer(capacity: Int(body.totalBytes))
    for piece in pieces { whole.writeImmutableBuffer(piece) }
    return .bytes(whole)
  }
}
