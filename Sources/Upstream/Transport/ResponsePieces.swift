import AsyncHTTPClient
import NIOCore

/// The body of a response with its announced length checked, before an error knows which repository it is about.
struct ResponsePieces: Sendable {
  let body: HTTPClientResponse.Body
  /// `Content-Length`, in bytes; nil if the end is marked otherwise.
  let expectedLength: Int64?
  /// Most bytes taken if the length is not announced.
  let maxLength: Int64
  /// Keeps the client that serves the connection from being shut down meanwhile.
  let client: PooledClient

  func makeIterator() -> Iterator {
    Iterator(
      source: body.makeAsyncIterator(),
      expectedLength: expectedLength,
      maxLength: maxLength,
      client: client
    )
  }

  struct Iterator {
    var source: HTTPClientResponse.Body.AsyncIterator
    let expectedLength: Int64?
    let maxLength: Int64
    let client: PooledClient
    var received: Int64 = 0

    /// The next piece, never empty; nil at the end.
    mutating func next() async throws(UpstreamFailure) -> ByteBuffer? {
      let piece: ByteBuffer?
      do {
        piece = try await source.next()
      } catch {
        throw TransportErrors.failure(of: error, during: .body)
      }
      guard let piece else {
        if let expectedLength, received < expectedLength { throw broken }
        return nil
      }
      // See `BreakMarker`.
      if piece.readableBytes == 0 { throw broken }
      received += Int64(piece.readableBytes)
      guard received <= expectedLength ?? maxLength else { throw .tooLarge(limit: expectedLength ?? maxLength) }
      return piece
    }

    private var broken: UpstreamFailure {
      .interrupted("connection broke after \(received) of \(expectedLength.map(String.init) ?? "unknown") bytes")
    }
  }
}
