import Memory
import NIOCore
import OCI

extension WireResponse {
  /// Reads the body into memory.
  ///
  /// - Parameters:
  ///   - limit: most bytes taken.
  ///   - time: how long it may take altogether.
  ///   - reservation: room for it, which grows with what comes; nil for what is small.
  /// - Throws: `tooLarge`, `timedOut(.document)`, `memoryUsedUp`, or what breaks the transfer.
  func collect(
    upTo limit: Int,
    within time: Duration,
    in reservation: MemoryReservation? = nil
  ) async throws(UpstreamFailure) -> ByteBuffer {
    if let length = pieces.expectedLength, length > Int64(limit) { throw .tooLarge(limit: Int64(limit)) }
    let deadline = ContinuousClock.now + time
    var iterator = pieces.makeIterator()
    var collected = ByteBuffer()
    while var piece = try await iterator.next() {
      guard collected.readableBytes + piece.readableBytes <= limit else { throw .tooLarge(limit: Int64(limit)) }
      guard ContinuousClock.now < deadline else { throw .timedOut(.document) }
      if let reservation, !reservation.fits(documentOf: collected.readableBytes + piece.readableBytes) {
        throw .memoryUsedUp
      }
      // Most documents are one piece: it is kept as it is.
      if collected.readableBytes == 0 { collected = piece } else { collected.writeBuffer(&piece) }
    }
    return collected
  }

  /// Reads a document into memory, for which there must be room.
  ///
  /// - Parameters: as of ``collect(upTo:within:in:)``.
  /// - Returns: the bytes, and room for them and for what will be read from them; to be shrunk once that has been.
  /// - Throws: `memoryUsedUp`, and what ``collect(upTo:within:in:)`` throws.
  func collectDocument(
    upTo limit: Int,
    within time: Duration,
    memory: MemoryBudget
  ) async throws(UpstreamFailure) -> (bytes: ByteBuffer, reservation: MemoryReservation) {
    let expected = pieces.expectedLength.map { Int(clamping: $0) } ?? memory.limits.unknownDocumentBytes
    if expected > limit { throw .tooLarge(limit: Int64(limit)) }
    guard let reservation = try? memory.reserve(MemoryReservation.workingBytes(forDocumentOf: expected)) else {
      throw .memoryUsedUp
    }
    return (try await collect(upTo: limit, within: time, in: reservation), reservation)
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

extension MemoryReservation {
  /// A document in pieces and as a whole, and what it says as values, about.
  fileprivate static func workingBytes(forDocumentOf bytes: Int) -> Int { 3 * bytes }

  /// Grows with a document.
  /// - Returns: false when there is no more room.
  fileprivate func fits(documentOf bytes: Int) -> Bool {
    (try? grow(to: Self.workingBytes(forDocumentOf: bytes))) != nil
  }
}
