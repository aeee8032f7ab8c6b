import HTTPServer
import NIOCore
import NIOHTTP1
import OCI
import Testing

@testable import RegistryAPI

/// Conditions and ranges on content of a hundred bytes (RFC 9110 §13, §14).
@Suite struct ContentReplyTests {
  let digest = Digest.of("content".utf8)

  private func reply(_ method: HTTPMethod = .GET, _ headers: HTTPHeaders = [:]) -> (Reply, Range<Int64>?) {
    var sent: Range<Int64>?
    let whole: HTTPHeaders = ["ETag": EntityTag.render(digest), "Content-Length": "100"]
    let content = ContentReply(digest: digest, sizeBytes: 100, headers: whole)
    let reply = content.reply(to: Request(method: method, target: "/", headers: headers)) { range in
      sent = range
      return .none
    }
    return (reply, sent)
  }

  @Test func withoutARangeAllIsSent() {
    let (answer, range) = reply()
    #expect(answer.status == .ok)
    #expect(range == 0..<100)
    #expect(answer.headers["Content-Length"] == ["100"])
  }

  @Test(
    arguments: [
      ("bytes=0-9", 0..<10, "bytes 0-9/100"), ("bytes=90-", 90..<100, "bytes 90-99/100"),
      ("bytes=-5", 95..<100, "bytes 95-99/100"), ("bytes=50-1000", 50..<100, "bytes 50-99/100"),
      ("bytes=-1000", 0..<100, "bytes 0-99/100"), ("bytes=0-", 0..<100, "bytes 0-99/100"),
    ] as [(String, Range<Int64>, String)]
  )
  func aSingleRangeIsPartialContent(field: String, expected: Range<Int64>, contentRange: String) {
    let (answer, range) = reply(.GET, ["Range": field])
    #expect(answer.status == .partialContent)
    #expect(range == expected)
    #expect(answer.headers["Content-Range"] == [contentRange])
    #expect(answer.headers["Content-Length"] == ["\(expected.count)"])
  }

  @Test(arguments: ["bytes=0-1,3-4x", "items=0-1", "bytes=", "bytes=a-b", "0-1", "bytes=--1"])
  func whatIsNotOneValidRangeIsIgnored(field: String) {
    let (answer, range) = reply(.GET, ["Range": field])
    #expect(answer.status == .ok)
    #expect(range == 0..<100)
  }

  @Test(arguments: ["bytes=100-", "bytes=9-2", "bytes=18446744073709551615-", "bytes=-0"])
  func aRangeBeyondTheEndIsUnsatisfiable(field: String) {
    let (answer, range) = reply(.GET, ["Range": field])
    #expect(answer.status == .rangeNotSatisfiable)
    #expect(range == nil)
    #expect(answer.headers["Content-Range"] == ["bytes */100"])
  }

  @Test func severalRangesAreSeveralParts() {
    let parts = MultipartRanges([0..<10, 20..<21], of: 100, type: "a/b", boundary: "B")
    let texts = parts.parts.map { String(buffer: $0.text) }
    #expect(
      texts == [
        "--B\r\nContent-Type: a/b\r\nContent-Range: bytes 0-9/100\r\n\r\n",
        "\r\n--B\r\nContent-Type: a/b\r\nContent-Range: bytes 20-20/100\r\n\r\n",
        "\r\n--B--\r\n",
      ]
    )
    #expect(parts.parts.map(\.range) == [0..<10, 20..<21, 0..<0])
    #expect(parts.totalBytes == Int64(texts.joined().utf8.count) + 11)
    let (answer, _) = reply(.GET, ["Range": "bytes=0-9,20-20"])
    #expect(answer.status == .partialContent)
    #expect(answer.headers["Content-Range"].isEmpty)
    #expect(answer.headers.first(name: "Content-Type")?.hasPrefix("multipart/byteranges; boundary=berth-") == true)
    #expect(MultipartRanges.newBoundary() != MultipartRanges.newBoundary())
  }

  @Test func moreRangesThanAreTakenAreRefused() {
    let many = (0...RangeRequest.maxParts).map { "\($0)-\($0)" }.joined(separator: ",")
    #expect(reply(.GET, ["Range": "bytes=\(many)"]).0.status == .badRequest)
  }

  @Test func aRangeMeansNothingToHead() {
    let (answer, _) = reply(.HEAD, ["Range": "bytes=0-9"])
    #expect(answer.status == .ok)
    #expect(answer.headers["Content-Length"] == ["100"])
  }

  @Test func ifRangeHonoursTheRangeOfTheSameContentOnly() {
    #expect(reply(.GET, ["Range": "bytes=0-9", "If-Range": "\"\(digest)\""]).0.status == .partialContent)
    #expect(reply(.GET, ["Range": "bytes=0-9", "If-Range": "\"other\""]).0.status == .ok)
    #expect(reply(.GET, ["Range": "bytes=0-9", "If-Range": "Mon, 01 Jan 2024 00:00:00 GMT"]).0.status == .ok)
  }

  @Test func whatTheClientHasIsNotSentAgain() {
    for field in ["\"\(digest)\"", "\(digest)", "*", "\"x\", \"\(digest)\""] {
      let (answer, range) = reply(.GET, ["If-None-Match": field])
      #expect(answer.status == .notModified)
      #expect(range == nil)
      #expect(answer.headers["ETag"] == ["\"\(digest)\""])
    }
    #expect(reply(.GET, ["If-None-Match": "\"x\""]).0.status == .ok)
  }
}
