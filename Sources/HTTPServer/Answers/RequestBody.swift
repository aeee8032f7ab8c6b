package import NIOCore

/// The body of a request, piece by piece as it arrives. While nobody asks for the next piece, no more than a window is
/// taken from the connection: a slow disk slows the client down.
package struct RequestBody: AsyncSequence, Sendable {
  package typealias Element = ByteBuffer
  package typealias Failure = any Error
  package typealias Producer = NIOThrowingAsyncSequenceProducer<
    ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, BodyDemand
  >

  /// The client left before the end of the body.
  package struct Interrupted: Error {}
  /// There is more than the endpoint takes.
  package struct TooLarge: Error {}

  private let pieces: Producer

  init(_ pieces: Producer) { self.pieces = pieces }

  package func makeAsyncIterator() -> Producer.AsyncIterator { pieces.makeAsyncIterator() }

  /// The whole body, of a small document.
  package func collect(upTo limit: Int) async throws -> ByteBuffer {
    var all = ByteBuffer()
    for try await piece in self {
      guard all.readableBytes + piece.readableBytes <= limit else { throw TooLarge() }
      all.writeImmutableBuffer(piece)
    }
    return all
  }
}

/// Tells a connection when its body is wanted again.
package struct BodyDemand: NIOAsyncSequenceProducerDelegate {
  let eventLoop: any EventLoop
  let handler: NIOLoopBound<BodyStreamHandler>

  package func produceMore() {
    eventLoop.execute { handler.value.resumeReading() }
  }

  package func didTerminate() {
    eventLoop.execute { handler.value.discardRest() }
  }
}
