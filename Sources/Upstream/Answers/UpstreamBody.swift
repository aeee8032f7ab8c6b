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
  /// Gives the next piece, never empty; nil behind the last one.
  public typealias Reader = () async throws(UpstreamError) -> ByteBuffer?

  private let makeReader: @Sendable () -> Reader

  /// A body that comes from anywhere.
  /// - Parameter makeReader: called for whoever begins to read.
  public init(_ makeReader: @escaping @Sendable () -> Reader) { self.makeReader = makeReader }

  /// A body that arrives on a connection.
  init(pieces: ResponsePieces, describe: @escaping @Sendable (UpstreamFailure) -> UpstreamError) {
    self.init {
      var iterator = pieces.makeIterator()
      return { () async throws(UpstreamError) in
        do throws(UpstreamFailure) {
          return try await iterator.next()
        } catch {
          throw describe(error)
        }
      }
    }
  }

  /// Begins to read.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: makeReader()) }

  /// Reads a body piece by piece.
  public struct AsyncIterator: AsyncIteratorProtocol {
    /// A piece; never empty.
    public typealias Element = ByteBuffer
    /// Why the body could not be read to its end.
    public typealias Failure = UpstreamError

    fileprivate let reader: Reader

    /// The next piece; nil behind the last one, when all that the upstream announced has come.
    ///
    /// - Throws: `interrupted` if the body ended early, `timedOut(.read)` if nothing came for too long, and `cancelled`.
    public mutating func next() async throws(UpstreamError) -> ByteBuffer? { try await reader() }
  }
}
