import OCI
import Testing

@testable import PullThrough

/// How parts that one client asked for are asked for upstream, and passed on.
@Suite struct PartsPlanTests {
  @Test(
    arguments: [
      ("none", [], []),
      ("apart", [0..<10, 5_000..<5_010], [0..<10, 5_000..<5_010]),
      ("little between them", [0..<10, 1_034..<1_040], [0..<1_040]),
      ("just too much", [0..<10, 1_035..<1_040], [0..<10, 1_035..<1_040]),
      ("backwards", [5_000..<5_010, 0..<10], [5_000..<5_010, 0..<10]),
      ("touching backwards", [10..<20, 0..<10], [10..<20, 0..<10]),
      ("at the largest number", [0..<1, (.max - 5)..<(.max)], [0..<1, (.max - 5)..<(.max)]),
    ] as [(String, [Range<Int64>], [Range<Int64>])]
  )
  func asking(name: String, parts: [Range<Int64>], asks: [Range<Int64>]) {
    #expect(PartsPlan(parts).asks.map(\.range) == asks)
  }

  /// Whatever comes in whatever pieces, what is passed on are the parts, one behind the other.
  @Test(arguments: [1, 7, 100, 10_000])
  func passingOn(pieceBytes: Int64) throws {
    let parts: [Range<Int64>] = [500..<700, 900..<901, 8_000..<8_050, 10..<40]
    var passed: [Int64] = []
    for ask in PartsPlan(parts).asks {
      for start in stride(from: ask.range.lowerBound, to: ask.range.upperBound, by: Int(pieceBytes)) {
        let piece = start..<min(start + pieceBytes, ask.range.upperBound)
        for part in PartsPlan.passed(piece, of: ask) {
          #expect(part.place == Int64(passed.count))
          passed += Array(part.range)
        }
      }
    }
    #expect(passed == parts.flatMap { Array($0) })
    for (place, offset) in passed.enumerated() {
      #expect(PartsPlan.place(of: offset, in: parts) == Int64(place))
    }
    for outside in [0, 40, 899, 901, 8_050] as [Int64] { #expect(PartsPlan.place(of: outside, in: parts) == nil) }
  }
}
