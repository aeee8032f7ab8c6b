import NIOCore
import Testing

@testable import ScriptedUpstream

/// Bodies in pieces.
@Suite struct BodyTests {
  private func body() -> Body {
    var body = Body(.bytes(ByteBuffer(bytes: [0, 1, 2])))
    body.append(.bytes(ByteBuffer()))
    body.append(.bytes(ByteBuffer(bytes: [3, 4])))
    return body
  }

  @Test(arguments: 1...6)
  func aCursorGivesEveryByteOnce(_ limit: Int) {
    var cursor = BodyCursor(body())
    var bytes: [UInt8] = []
    while let piece = cursor.next(upTo: limit) {
      #expect((1...limit).contains(piece.count))
      bytes += piece.loaded.readableBytesView
      #expect(cursor.position == Int64(bytes.count))
    }
    #expect(bytes == [0, 1, 2, 3, 4])
    #expect(cursor.isAtEnd)
  }

  @Test(arguments: [1, 2, 3, 5])
  func anEndlessPieceGoesRound(_ limit: Int) {
    var body = body()
    body.append(.endless(ByteBuffer(bytes: [7, 8, 9])))
    #expect(body.length == nil)
    var cursor = BodyCursor(body)
    var bytes: [UInt8] = []
    while bytes.count < 14, let piece = cursor.next(upTo: limit) { bytes += piece.loaded.readableBytesView }
    #expect(bytes.prefix(14) == [0, 1, 2, 3, 4, 7, 8, 9, 7, 8, 9, 7, 8, 9])
  }

  @Test(arguments: -1...6)
  func aFlipTouchesOneByte(_ offset: Int64) {
    var flipped = body()
    flipped.flip(at: offset)
    var expected: [UInt8] = [0, 1, 2, 3, 4]
    if expected.indices.contains(Int(offset)) { expected[Int(offset)] = ~expected[Int(offset)] }
    #expect(Array(flipped.bytes.readableBytesView) == expected)
    #expect(flipped.length == 5)
  }

  @Test func aFlipBeforeAnEndlessPieceLeavesItEndless() {
    var body = body()
    body.append(.endless(ByteBuffer(bytes: [7])))
    body.flip(at: 1)
    #expect(body.length == nil)
  }

  @Test(arguments: [0, 1, 65_534, 65_535, 65_536, 200_000])
  func gzipIsAsLongAsItsBlocks(_ size: Int) {
    let gzip = StoredGzip.encode(ByteBuffer(repeating: 5, count: size))
    #expect(gzip.readableBytes == 18 + size + 5 * max(1, (size + 65_534) / 65_535))
  }
}
