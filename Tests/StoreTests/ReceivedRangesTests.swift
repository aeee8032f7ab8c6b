import SeededRandom
import Store
import Testing

@Suite struct ReceivedRangesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let inserted: [Range<Int64>]
    let ranges: [Range<Int64>]
    var testDescription: String { "\(inserted)" }
  }

  @Test(arguments: [
    Case(inserted: [], ranges: []),
    Case(inserted: [5..<5], ranges: []),
    Case(inserted: [0..<4], ranges: [0..<4]),
    Case(inserted: [0..<4, 4..<8], ranges: [0..<8]),
    Case(inserted: [4..<8, 0..<4], ranges: [0..<8]),
    Case(inserted: [0..<4, 5..<8], ranges: [0..<4, 5..<8]),
    Case(inserted: [5..<8, 0..<4], ranges: [0..<4, 5..<8]),
    Case(inserted: [0..<4, 5..<8, 4..<5], ranges: [0..<8]),
    Case(inserted: [0..<8, 2..<4], ranges: [0..<8]),
    Case(inserted: [2..<4, 0..<8], ranges: [0..<8]),
    Case(inserted: [0..<2, 4..<6, 8..<10, 1..<9], ranges: [0..<10]),
    Case(inserted: [0..<2, 4..<6, 8..<10, 2..<4], ranges: [0..<6, 8..<10]),
    Case(inserted: [8..<10, 4..<6, 0..<2, 3..<3], ranges: [0..<2, 4..<6, 8..<10]),
    Case(inserted: [0..<1, Int64.max - 1..<Int64.max], ranges: [0..<1, Int64.max - 1..<Int64.max]),
  ]) func joinsWhatTouches(_ test: Case) {
    var received = ReceivedRanges()
    for range in test.inserted { received.insert(range) }
    #expect(received.ranges == test.ranges)
  }

  @Test func answersForEveryOffset() {
    var received = ReceivedRanges()
    for range: Range<Int64> in [2..<4, 6..<9] { received.insert(range) }
    #expect((0...10).map { received.contiguousEnd(from: $0) } == [0, 1, 4, 4, 4, 5, 9, 9, 9, 9, 10])
    #expect(received.total == 5)
    #expect(received.contains(6..<9))
    #expect(!received.contains(3..<7))
    #expect(received.contains(20..<20))
    #expect(received.gaps(in: 0..<12) == [0..<2, 4..<6, 9..<12])
    #expect(received.gaps(in: 3..<7) == [4..<6])
    #expect(received.gaps(in: 6..<9) == [])
    #expect(received.gaps(in: 5..<5) == [])
  }

  @Test func agreesWithASetOfBytes() {
    var random = SeededGenerator(seed: .random(in: 0 ... .max))
    for _ in 0..<200 {
      var (received, model) = (ReceivedRanges(), Set<Int64>())
      for _ in 0..<20 {
        let start = Int64.random(in: 0..<60, using: &random)
        let range = start..<start + Int64.random(in: 0..<12, using: &random)
        received.insert(range)
        model.formUnion(range)
        #expect(Set(received.ranges.joined()) == model, "\(random)")
        #expect(received.total == Int64(model.count), "\(random)")
        let window = start / 2..<start + 5
        #expect(Set(received.gaps(in: window).joined()) == Set(window).subtracting(model), "\(random)")
        #expect(received.contains(window) == model.isSuperset(of: window), "\(random)")
        #expect(zip(received.ranges, received.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
      }
    }
  }
}
