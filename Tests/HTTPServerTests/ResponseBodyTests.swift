import NIOCore
import Testing

@testable import HTTPServer

/// A body piece by piece: where it stands, and what comes next.
@Suite struct ResponseBodyTests {
  private func body(_ range: Range<Int64>, pieces: Int64 = 10) -> ResponseBody {
    ResponseBody(range, pieces: PieceSize(always: pieces))
  }

  @Test("Of what is there, a piece at a time is sent, up to the end of the range")
  func pieces() {
    var body = body(5..<28)
    var sent: [Range<Int64>] = []
    while let step = body.next(), case .look(let offset) = step {
      guard case .file(let piece) = body.found(.upTo(.max)) else { break }
      #expect(piece.lowerBound == offset)
      #expect(body.next() == nil, "one is under way at a time")
      sent.append(piece)
      #expect(body.sent(upTo: piece.upperBound, within: .zero) == Int64(piece.count))
    }
    #expect(sent == [5..<15, 15..<25, 25..<28])
    #expect(body.next() == .complete)
  }

  @Test("What has arrived so far is sent without waiting for a whole piece", arguments: [1, 9, 10] as [Int64])
  func arriving(available: Int64) {
    var body = body(0..<100)
    #expect(body.next() == .look(from: 0))
    #expect(body.found(.upTo(available)) == .file(0..<available))
  }

  @Test("A source that has nothing yet is waited for, and asked again from the same place")
  func waiting() {
    var body = body(3..<9)
    #expect(body.next() == .look(from: 3))
    #expect(body.found(.wait(BodyWait(7))) == .none)
    #expect(body.phase == .waiting(BodyWait(7)))
    #expect(body.next() == nil)
    body.wokenUp()
    #expect(body.next() == .look(from: 3))
  }

  @Test("A wake-up that comes at any other time changes nothing")
  func wokenForNothing() {
    var body = body(0..<9)
    body.wokenUp()
    #expect(body.phase == .ready)
    _ = body.found(.upTo(9))
    body.wokenUp()
    #expect(body.phase == .sending)
    _ = body.finish()
    body.wokenUp()
    #expect(body.phase == .ended)
  }

  @Test(
    "A source that fails, or says that it has what it has not, ends the body",
    arguments: [.failed, .upTo(0), .upTo(-1), .bytes(ByteBuffer())] as [BodyAvailability]
  )
  func impossible(availability: BodyAvailability) {
    var body = body(0..<9)
    #expect(body.found(availability) == .impossible)
    #expect(body.phase == .ready, "ending it is its owner's to do")
  }

  @Test("Bytes from memory are cut to the piece, and to the range")
  func memory() {
    var body = body(0..<12)
    let bytes = ByteBuffer(string: "0123456789abcdefgh")
    #expect(body.found(.bytes(bytes)) == .bytes(ByteBuffer(string: "0123456789")))
    #expect(body.sent(upTo: 10, within: .zero) == 10)
    #expect(body.next() == .look(from: 10))
    #expect(body.found(.bytes(ByteBuffer(string: "abcdefgh"))) == .bytes(ByteBuffer(string: "ab")))
    #expect(body.sent(upTo: 12, within: .zero) == 2)
    #expect(body.next() == .complete)
  }

  @Test("Several ranges are each sent behind their text, which counts as none of the source's bytes")
  func parts() {
    let texts = ["--a", "--b", "--end"].map { ByteBuffer(string: $0) }
    var body = ResponseBody(
      0..<0,
      behind: [
        .init(text: texts[0], range: 0..<4), .init(text: texts[1], range: 7..<9), .init(text: texts[2], range: 0..<0),
      ],
      pieces: PieceSize(always: 100)
    )
    var steps: [ResponseBody.Step] = []
    while let step = body.next(), step != .complete {
      steps.append(step)
      switch step {
      case .text: #expect(body.sent(upTo: body.position, within: .zero) == 0)
      case .look:
        guard case .file(let piece) = body.found(.upTo(.max)) else { break }
        _ = body.sent(upTo: piece.upperBound, within: .zero)
      case .complete: break
      }
    }
    #expect(steps == [.text(texts[0]), .look(from: 0), .text(texts[1]), .look(from: 7), .text(texts[2])])
  }

  @Test("An empty range is complete at once")
  func empty() {
    var body = body(4..<4)
    #expect(body.next() == .complete)
  }

  @Test("A range near the largest offset does not overflow")
  func largest() {
    var body = ResponseBody(.max - 5..<Int64.max, pieces: PieceSize(always: 1 << 20))
    #expect(body.next() == .look(from: .max - 5))
    #expect(body.found(.upTo(.max)) == .file(.max - 5..<Int64.max))
  }

  @Test("A client that takes pieces quickly gets larger ones, where they wait in memory")
  func sizes() {
    var body = ResponseBody(0..<(1 << 30), pieces: PieceSize(largest: 1 << 20))
    var lengths: [Int] = []
    for _ in 0..<7 {
      guard case .file(let piece) = body.found(.upTo(.max)) else { break }
      lengths.append(piece.count)
      _ = body.sent(upTo: piece.upperBound, within: .milliseconds(1))
    }
    #expect(lengths == [32, 64, 128, 256, 512, 1_024, 1_024].map { $0 << 10 })
  }

  @Test("Whoever ends it learns, once, what was under way")
  func finish() {
    var ready = body(0..<9)
    #expect(ready.finish() == .ready)
    #expect(ready.finish() == nil)
    #expect(ready.next() == nil)
    var waiting = body(0..<9)
    _ = waiting.found(.wait(BodyWait(1)))
    #expect(waiting.finish() == .waiting(BodyWait(1)))
    var sending = body(0..<9)
    _ = sending.found(.upTo(9))
    #expect(sending.finish() == .sending)
    #expect(sending.sent(upTo: 9, within: .zero) == 0, "nobody counts what nobody gets")
  }

  @Test("That a piece came from the disk is remembered")
  func disk() {
    var body = body(0..<9)
    #expect(!body.comesFromDisk)
    body.notInMemory()
    #expect(body.comesFromDisk)
  }
}
