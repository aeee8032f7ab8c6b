import NIOCore
import Testing

@testable import HTTPServer

/// Requests that were sent ahead, given out one header block at a time.
@Suite struct PipelinedInputTests {
  private func given(_ pieces: [String], maxBytes: Int = 1_000) -> (slices: [String], isCut: Bool) {
    var input = PipelinedInput(maxBytes: maxBytes)
    for piece in pieces { input.append(ByteBuffer(string: piece)) }
    var slices: [String] = []
    while let slice = input.next() { slices.append(String(buffer: slice)) }
    return (slices, input.isCut)
  }

  @Test(
    arguments: [
      ([], []), (["GET / HTTP/1.1\r\n\r\n"], ["GET / HTTP/1.1\r\n\r\n"]),
      (["A\r\nB\r\n\r\nC\r\n\r\nD"], ["A\r\nB\r\n\r\n", "C\r\n\r\n", "D"]), (["A\n\nB\n\n"], ["A\n\n", "B\n\n"]),
      (["A\r\n\nB\n\r\nC"], ["A\r\n\n", "B\n\r\n", "C"]), (["A\r", "\n", "\r", "\nB"], ["A\r\n\r\n", "B"]),
      (["A\r\r\nB\r\n\r\n"], ["A\r\r\nB\r\n\r\n"]), (["A\n\rB\n\n"], ["A\n\rB\n\n"]),
      (["\r\n\r\nA"], ["\r\n\r\n", "A"]),
    ] as [([String], [String])]
  )
  func slices(pieces: [String], expected: [String]) {
    #expect(given(pieces).slices == expected)
  }

  @Test("A blank line is found though it comes in pieces", arguments: ["\r\n\r\n", "\n\n", "\n\r\n"])
  func brokenBlankLine(end: String) {
    let text = "A: b" + end + "C"
    for length in 1..<text.utf8.count {
      var lines = BlankLines()
      let bytes = Array(text.utf8)
      let first = bytes[..<length].withUnsafeBytes { lines.firstEnd(in: $0) }
      let second = bytes[length...].withUnsafeBytes { lines.firstEnd(in: $0) }
      #expect(first ?? second.map { $0 + length } == text.utf8.count - 1)
    }
  }

  @Test("What exceeds the bound is dropped, and that is known")
  func cut() {
    let (slices, isCut) = given(["A\n\n", "B\n\n", "C\n\n", "D\n\n"], maxBytes: 6)
    #expect(slices == ["A\n\n", "B\n\n"])
    #expect(isCut)
    #expect(!given(["A\n\n", "B\n\n"], maxBytes: 6).isCut)
  }
}
