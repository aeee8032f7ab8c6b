import OCI
import Testing

/// Which requests ask for parts alone, and for which.
@Suite struct RangeRequestPartsTests {
  @Test(
    arguments: [
      // Field, whether all of it has an end, the parts of 100 bytes, the first without a known size.
      (nil, false, nil, nil),
      ("bytes=0-", false, nil, nil),
      ("bytes=10-", false, [10..<100], nil),
      ("bytes=0-1", true, [0..<2], 0..<2),
      ("bytes=0-99", true, nil, 0..<100),
      ("bytes=0-1000", true, nil, 0..<1_001),
      ("bytes=-10", true, [90..<100], nil),
      ("bytes=-100", true, nil, nil),
      ("bytes=90-95,0-9", true, [90..<96, 0..<10], 90..<96),
      ("bytes=0-59,50-99", true, nil, 0..<60),
      ("bytes=200-300", true, nil, 200..<301),
      ("bytes=9-5", false, nil, nil),
      ("lines=0-1", false, nil, nil),
    ] as [(String?, Bool, [Range<Int64>]?, Range<Int64>?)]
  )
  func parts(field: String?, isBounded: Bool, parts: [Range<Int64>]?, first: Range<Int64>?) {
    let request = RangeRequest(header: field)
    #expect(request.isBounded == isBounded)
    #expect(request.parts(of: 100) == parts)
    #expect(request.firstRange(of: 100) == parts?.first)
    #expect(request.firstRange(of: nil) == first)
  }
}
