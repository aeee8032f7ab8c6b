import OCI
import Testing

@testable import Upstream

@Suite("Which bytes an answer holds")
struct BlobExtentTests {
  private func extent(_ status: Int, _ asked: BlobRange, length: Int64?, range: String? = nil) throws -> BlobExtent {
    let fields = BlobExtent.Fields(length: length, contentRange: range)
    return try BlobExtent(status: status, fields: fields, asked: asked, limits: Limits())
  }

  @Test("A whole blob, with and without a length")
  func whole() throws {
    let told = try extent(200, .whole, length: 10)
    #expect(told.start == 0 && told.length == 10 && told.totalSize == 10)
    let untold = try extent(200, .whole, length: nil)
    #expect(untold.start == 0 && untold.length == nil && untold.totalSize == nil)
  }

  @Test("A part that was asked for")
  func part() throws {
    let rest = try extent(206, .from(4), length: 6, range: "bytes 4-9/10")
    #expect(rest.start == 4 && rest.length == 6 && rest.totalSize == 10)
    let middle = try extent(206, .bytes(2..<6), length: nil, range: "bytes 2-5/*")
    #expect(middle.start == 2 && middle.length == 4 && middle.totalSize == nil)
    let less = try extent(206, .bytes(2..<100), length: 8, range: "bytes 2-9/10")
    #expect(less.length == 8)
  }

  @Test("An upstream that ignores the range sends the whole, from its first byte")
  func ignored() throws { #expect(try extent(200, .from(4), length: 10).start == 0) }

  @Test(
    "A part that was not asked for, or that contradicts itself, is not used",
    arguments: [
      (BlobRange.whole, "bytes 0-9/10", Int64(10)), (.from(4), "bytes 5-9/10", 5), (.from(4), "bytes 0-9/10", 10),
      (.bytes(2..<6), "bytes 2-9/10", 8), (.from(4), "bytes 4-9/10", 7), (.from(4), "items 4-9/10", 6),
      (.from(4), "bytes */10", 6), (.from(4), "", 6),
    ]
  )
  func contradicts(asked: BlobRange, range: String, length: Int64) {
    #expect(throws: UpstreamFailure.self) { try extent(206, asked, length: length, range: range) }
  }

  @Test("A blob beyond the limit is not begun")
  func tooLarge() {
    #expect(throws: UpstreamFailure.tooLarge(limit: 1 << 40)) { try extent(200, .whole, length: (1 << 40) + 1) }
  }

  @Test("Range fields")
  func fields() {
    #expect(BlobRange.whole.headerValue == nil)
    #expect(BlobRange.from(0).headerValue == nil)
    #expect(BlobRange.from(5).headerValue == "bytes=5-")
    #expect(BlobRange.bytes(0..<1).headerValue == "bytes=0-0")
    #expect(BlobRange.bytes(5..<5).headerValue == nil)
  }
}
