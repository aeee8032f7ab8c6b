import AsyncHTTPClient
public import NIOCore
import OCI

/// The body of an answer, piece by piece as it arrives.
///
/// Read it once, by one reader. While nobody asks for the next piece, nothing more is taken from the connection: a
/// slow reader slows the upstream down. A reader that stops early ends the connection.
public struct UpstreamBody: AsyncSequence, Sendable {
  /// A piece; never empty.
  public typealias Element = ByteBuffer
  /// Why the body could not be read to its end.
  public typealias Failure = UpstreamError

  let pieces: ResponsePieces
  let describe: @Sendable (UpstreamFailure) -> UpstreamError

  /// Begins to read.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(pieces: pieces.makeIterator(), describe: describe)
  }

  /// Reads a body piece by piece.
  public struct AsyncIterator: AsyncIteratorProtocol {
    /// A piece; never empty.
    public typealias Element = ByteBuffer
    /// Why the body could not be read to its end.
    public typealias Failure = UpstreamError

    var pieces: ResponsePieces.Iterator
    let describe: @Sendable (UpstreamFailure) -> UpstreamError

    /// The next piece; nil behind the last one, when all that the upstream announced has come.
    ///
    /// - Throws: `interrupted` if the body ended early, `timedOut(.read)` if nothing came for too long, and `cancelled`.
    public mutating func next() async throws(UpstreamError) -> ByteBuffer? {
      do throws(UpstreamFailure) {
        return try await pieces.next()
      } catch {
        throw describe(error)
      }
    }
  }
}
