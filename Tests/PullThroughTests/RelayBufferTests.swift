import NIOCore
import Testing

@testable import PullThrough

/// What waits in memory for the slowest follower of content that is not kept.
@Suite struct RelayBufferTests {
  var window = RelayBuffer(maxBytes: 10)

  private func bytes(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

  @Test mutating func whatComesBeforeIsInTheFile() {
    #expect(window.place(of: 5) == .file(upTo: .max))
    let joined = window.join(1)
    #expect(joined)
    window.append(bytes("abc"), at: 100)
    #expect(window.place(of: 5) == .file(upTo: 100))
    #expect(window.place(of: 101) == .memory(bytes("bc")))
    #expect(window.place(of: 103) == .file(upTo: .max))
  }

  @Test mutating func theSlowestSetsThePace() {
    _ = window.join(1)
    _ = window.join(2)
    window.append(bytes("0123456789"), at: 0)
    window.append(bytes("abc"), at: 10)
    #expect(window.isFull)
    window.move(1, to: 13)
    #expect(window.isFull)
    window.move(2, to: 9)
    #expect(window.isFull, "a piece goes when all of it has been sent")
    window.move(2, to: 10)
    #expect(!window.isFull)
    #expect(window.place(of: 0) == .forgotten)
    #expect(window.place(of: 12) == .memory(bytes("c")))
  }

  @Test mutating func whoeverComesTooLateCannotJoin() {
    _ = window.join(1)
    window.append(bytes("abc"), at: 0)
    let second = window.join(2)
    #expect(second)
    window.move(1, to: 3)
    window.leave(2)
    let third = window.join(3)
    #expect(!third && window.hasForgotten)
  }

  @Test mutating func withoutFollowersNothingWaits() {
    _ = window.join(1)
    window.append(bytes("0123456789"), at: 0)
    window.leave(1)
    #expect(!window.isFull && !window.hasFollowers)
    window.append(bytes("0123456789"), at: 10)
    #expect(!window.isFull)
  }

  @Test mutating func whatIsInTheFileAheadOfItsTurnIsReadThere() {
    _ = window.join(1)
    window.append(bytes("abc"), at: 0)
    window.append(bytes("xyz"), at: 10)
    #expect(window.place(of: 3) == .file(upTo: 10))
    #expect(window.place(of: 11) == .memory(bytes("yz")))
  }
}
