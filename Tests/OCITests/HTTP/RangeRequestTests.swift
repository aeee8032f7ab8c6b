import OCI
import Testing

@Suite struct RangeRequestTests {
  /// For a representation of 1000 bytes.
  static let requests: [(String?, RangeResolution)] = [
    (nil, RangeResolution.whole),
    ("bytes=0-", .partial(0..<1000)),
    ("bytes=0-0", .partial(0..<1)),
    ("bytes=0-999", .partial(0..<1000)),
    ("bytes=0-1000", .partial(0..<1000)),
    ("bytes=500-", .partial(500..<1000)),
    ("bytes=999-", .partial(999..<1000)),
    ("bytes=10-19", .partial(10..<20)),
    ("bytes=10-18446744073709551616", .partial(10..<1000)),
    ("Bytes=1-2", .partial(1..<3)),
    (" bytes = 1-2 ", .partial(1..<3)),
    ("bytes=-1", .partial(999..<1000)),
    ("bytes=-1000", .partial(0..<1000)),
    ("bytes=-5000", .partial(0..<1000)),
    ("bytes=-9223372036854775808", .partial(0..<1000)),
    ("bytes=-99999999999999999999999999", .partial(0..<1000)),
    // Cannot be satisfied: 416.
    ("bytes=1000-", .unsatisfiable),
    ("bytes=1000-2000", .unsatisfiable),
    ("bytes=-0", .unsatisfiable),
    ("bytes=9223372036854775807-", .unsatisfiable),
    ("bytes=18446744073709551615-", .unsatisfiable),
    ("bytes=18446744073709551615-18446744073709551615", .unsatisfiable),
    ("bytes=99999999999999999999999999-", .unsatisfiable),
    ("bytes=9-2", .unsatisfiable), ("bytes=500-0", .unsatisfiable), ("bytes=1000-,-0,9-2", .unsatisfiable),
    // Several, as they were asked for.
    ("bytes=0-1,5-6", .several([0..<2, 5..<7])), ("bytes=5-6, 0-1", .several([5..<7, 0..<2])),
    ("bytes=0-1,2-3", .several([0..<2, 2..<4])), ("bytes=0-1,-1", .several([0..<2, 999..<1000])),
    // What selects nothing, and empty elements, are left out.
    ("bytes=0-1,1000-", .partial(0..<2)), ("bytes=0-1,9-2,5-6", .several([0..<2, 5..<7])),
    ("bytes=,0-1", .partial(0..<2)), ("bytes=0-1,", .partial(0..<2)), ("bytes=0-1,, 5-6 ,", .several([0..<2, 5..<7])),
    // Those that overlap are joined, with what they touch.
    ("bytes=0-5,3-9", .partial(0..<10)), ("bytes=20-29,0-5,3-9,10-11", .several([0..<12, 20..<30])),
    // More than all of it is all of it.
    ("bytes=0-,1-", .whole), ("bytes=0-499,250-,0-0", .whole), ("bytes=0-0,-1000", .whole),
    // Not understood: the field is ignored.
    ("", .whole), ("bytes", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=0-1,x", .whole),
    ("bytes=a-b", .whole), ("bytes=1-b", .whole), ("bytes=+1-2", .whole), ("bytes=1--2", .whole), ("bytes=--1", .whole),
    ("bytes=1", .whole), ("bytes=1-2-3", .whole), ("bytes= 1 - 2 ", .whole), ("bytes=0x1-0x2", .whole),
    ("bytes=,", .whole), ("bytes=0-1;5-6", .whole),
    ("items=0-1", .whole), ("0-1", .whole), ("=0-1", .whole), ("bytes=٣-٤", .whole), ("bytes=\0-1", .whole),
  ]

  @Test(arguments: requests)
  func resolves(_ header: String?, _ expected: RangeResolution) {
    #expect(RangeRequest(header: header).resolve(size: 1000) == expected)
  }

  /// Nothing can be taken from nothing; a suffix of it is all of it.
  static let requestsForNothing: [(String?, RangeResolution)] = [
    (nil, RangeResolution.whole), ("bytes=0-", .unsatisfiable), ("bytes=0-0", .unsatisfiable), ("bytes=-1", .whole),
    ("bytes=-0", .unsatisfiable),
  ]

  @Test(arguments: requestsForNothing)
  func resolvesTheEmptyRepresentation(_ header: String?, _ expected: RangeResolution) {
    #expect(RangeRequest(header: header).resolve(size: 0) == expected)
  }

  @Test func thereIsABoundOnTheirNumber() {
    let most = "bytes=" + (0..<RangeRequest.maxParts).map { "\($0 * 2)-\($0 * 2)" }.joined(separator: ",")
    guard case .several(let ranges) = RangeRequest(header: most).resolve(size: 1 << 20) else {
      Issue.record("not several")
      return
    }
    #expect(ranges.count == RangeRequest.maxParts)
    #expect(RangeRequest(header: most + ",9999-9999").resolve(size: 1 << 20) == .tooMany)
  }

  @Test(arguments: [
    RangeRequest.Part.from(first: 9, last: 2), .from(first: -1, last: 5), .from(first: .max, last: .min),
    .suffix(length: -5),
    .from(first: .min, last: .max), .from(first: 0, last: .max), .suffix(length: .max), .suffix(length: .min),
  ])
  func neverTrapsNorLeavesTheRepresentation(_ part: RangeRequest.Part) {
    for size in [Int64.min, -1, 0, 1, 1000, .max] {
      for parts in [[part], [part, .suffix(length: 1)], [part, part, .from(first: 0, last: 0)]] {
        let ranges: [Range<Int64>] =
          switch RangeRequest.parts(parts).resolve(size: size) {
          case .partial(let range): [range]
          case .several(let ranges): ranges
          case .whole, .unsatisfiable, .tooMany: []
          }
        #expect(ranges.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= size && !$0.isEmpty })
      }
    }
  }
}

@Suite struct ContentRangeTests {
  static let fields: [(String, Range<Int64>, Int64?)] = [
    ("bytes 0-99/1000", 0..<100, 1000), ("bytes 0-0/1", 0..<1, 1), ("bytes 5-9/*", 5..<10, nil),
    ("BYTES 0-99/100", 0..<100, 100), (" bytes  0-99/100 ", 0..<100, 100),
    ("bytes 0-9223372036854775806/9223372036854775807", 0..<Int64.max, Int64.max),
  ]

  @Test(arguments: fields)
  func reads(_ text: String, _ range: Range<Int64>, _ total: Int64?) throws {
    let field = try #require(ContentRange(parsing: text))
    #expect(field.range == range && field.start == range.lowerBound && field.end == range.upperBound - 1)
    #expect(field.total == total)
    #expect(ContentRange(parsing: field.description) == field)
  }

  @Test(arguments: [
    "", "bytes", "bytes ", "bytes */1000", "bytes 0-99", "bytes 0-99/", "bytes 0-99/100x", "bytes 0-99/99",
    "bytes 9-2/10",
    "bytes -1/10", "bytes 1-/10", "bytes a-b/c", "bytes=0-99/100", "items 0-1/2", "bytes 0-9223372036854775807/*",
    "bytes 0-99999999999999999999/*", "bytes 0/1-2", "bytes 0-1/-2", "bytes 0-1/**",
  ])
  func refuses(_ text: String) {
    #expect(ContentRange(parsing: text) == nil)
  }

  @Test func isMadeOfARange() {
    #expect(ContentRange(0..<100, total: 1000)?.description == "bytes 0-99/1000")
    #expect(ContentRange(5..<6, total: nil)?.description == "bytes 5-5/*")
    #expect(ContentRange(5..<5, total: nil) == nil)
    #expect(ContentRange(-1..<5, total: nil) == nil)
    #expect(ContentRange(0..<11, total: 10) == nil)
    #expect(ContentRange.unsatisfied(size: 1000) == "bytes */1000")
  }

  @Test(
    "A range with both ends that does not begin at the first byte, and a suffix, complete nothing",
    arguments: [
      ("bytes=5-9", true, 5..<10, 5..<10),
      ("bytes=5-200", true, 5..<201, 5..<100),
      ("bytes=-10", true, nil, 90..<100),
      ("bytes=-100", true, nil, nil),
      ("bytes=0-9", false, nil, nil),
      ("bytes=5-", false, nil, nil),
      ("bytes=5-9223372036854775807", false, nil, nil),
      ("bytes=200-300", true, 200..<301, nil),
      ("bytes=50-59,0-9,-5", true, 50..<60, 50..<60),
      ("bytes=0-9,50-59", true, nil, nil),
      ("bytes=0-9,50-", false, nil, nil),
      ("bytes=9-5", false, nil, nil),
      (nil, false, nil, nil),
    ] as [(String?, Bool, Range<Int64>?, Range<Int64>?)]
  )
  func parts(header: String?, isPart: Bool, ofUnknownSize: Range<Int64>?, ofHundred: Range<Int64>?) {
    let request = RangeRequest(header: header)
    #expect(request.completesNothing == isPart)
    #expect(request.firstPart(of: nil) == ofUnknownSize)
    #expect(request.firstPart(of: 100) == ofHundred)
  }
}
