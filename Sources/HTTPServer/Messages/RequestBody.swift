package import NIOCore

/// The body of a request, piece by piece as it arrives. While nobody asks for the next piece, no more than a window is
/// taken from the connection: a slow disk slows the client down.
package struct RequestBody: AsyncSequence, Sendable {
  package typealias Element = ByteBuffer
  package typealias Failure = any Error
  typealias Producer = NIOThrowingAsyncSequenceProducer<
    ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, BodyDemand
  >

  /// The client left before the end of the body.
  package struct Interrupted: Error {
    package init() {}
  }
  /// There is more than the endpoint takes.
  package struct TooLarge: Error {}

  /// The next piece, or nil behind the last.
  package struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let pieces: Producer.AsyncIterator

    package mutating func next() async throws -> ByteBuffer? { try await pieces.next() }
  }

  private let pieces: Producer

  private init(_ pieces: Producer) { self.pieces = pieces }

  /// A body, and the source of its pieces.
  /// - Parameter windowPieces: how many pieces may wait until no more is wanted.
  static func make(windowPieces: Int, demand: BodyDemand) -> (body: RequestBody, source: Producer.Source) {
    let made = Producer.makeSequence(
      backPressureStrategy: .init(lowWatermark: windowPieces / 2, highWatermark: windowPieces),
      finishOnDeinit: true,
      delegate: demand
    )
    return (RequestBody(made.sequence), made.source)
  }

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: pieces.makeAsyncIterator()) }

  /// The whole body, of a small document.
  /// - Throws: ``TooLarge`` beyond `limit` bytes, or ``Interrupted``.
  package func collect(upTo limit: Int) async throws -> ByteBuffer {
    var all = ByteBuffer()
    for try await piece in self {
      guard piece.readableBytes <= limit - all.readableBytes else { throw TooLarge() }
      all.writeImmutableBuffer(piece)
    }
    return all
  }
}

/// Tells a connection when its body is wanted again. Called from any thread.
struct BodyDemand: NIOAsyncSequenceProducerDelegate {
  /// More of it is wanted.
  let isWanted: @Sendable () -> Void
  /// None of it is wanted any more.
  let isDiscarded: @Sendable () -> Void

  func produceMore() { isWanted() }

  func didTerminate() { isDiscarded() }
}
