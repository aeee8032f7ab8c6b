import NIOCore
import OCI

extension WireResponse {
  /// Reads the body into memory.
  ///
  /// - Parameters:
  ///   - limit: most bytes taken.
  ///   - time: how long it may take altogether.
  /// - Throws: `tooLarge`, `timedOut(.document)`, or what breaks the transfer.
  func collect(upTo limit: Int, within time: Duration) async throws(UpstreamFailure) -> ByteBuffer {
    if let length = pieces.expectedLength, length > Int64(limit) { throw .tooLarge(limit: Int64(limit)) }
    let deadline = ContinuousClock.now + time
    var iterator = pieces.makeIterator()
    var collected = ByteBuffer()
    while var piece = try await iterator.next() {
      guard collected.readableBytes + piece.readableBytes <= limit else { throw .tooLarge(limit: Int64(limit)) }
      guard ContinuousClock.now < deadline else { throw .timedOut(.document) }
      // Most documents are one piece: it is kept as it is.
      if collected.readableBytes == 0 { collected = piece } else { collected.writeBuffer(&piece) }
    }
    return collected
  }

  /// Reads at most `limit` bytes, whatever happens then: for texts that explain a failure.
  func collectExcerpt(upTo limit: Int) async -> ByteBuffer {
    let deadline = ContinuousClock.now + .seconds(2)
    var iterator = pieces.makeIterator()
    var collected = ByteBuffer()
    while ContinuousClock.now < deadline, collected.readableBytes < limit, var piece = try? await iterator.next() {
      collected.writeBuffer(&piece)
    }
    return collected.getSlice(at: collected.readerIndex, length: min(limit, collected.readableBytes)) ?? ByteBuffer()
  }

  /// Throws a body away. A short one is read to its end, so that the connection can be used again.
  func discard() async {
    let worthReading = 64 << 10
    if let length = pieces.expectedLength, length > Int64(worthReading) { return }
    _ = await collectExcerpt(upTo: worthReading)
  }
}
