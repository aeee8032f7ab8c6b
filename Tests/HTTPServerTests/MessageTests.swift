import NIOCore
import NIOHTTP1
import OCI
import Testing

@testable import HTTPServer

/// The values that requests and answers are made of.
@Suite struct MessageTests {
  @Test(
    "A refusal's status, and when to come again",
    arguments: [
      (.malformed(reason: "x"), .badRequest, nil), (.headerTooLarge, .requestHeaderFieldsTooLarge, nil),
      (.bodyTooLarge(limit: 3), .payloadTooLarge, nil), (.overloaded, .serviceUnavailable, 5),
      (.tooManyRequests(secondsToWait: 7), .tooManyRequests, 7),
    ] as [(Refusal, HTTPResponseStatus, Int?)]
  )
  func refusals(refusal: Refusal, status: HTTPResponseStatus, seconds: Int?) {
    #expect(refusal.status == status)
    #expect(refusal.retryAfterSeconds == seconds)
  }

  @Test(
    "What the parser cannot read is refused as what it is",
    arguments: [
      (.headerOverflow, .requestHeaderFieldsTooLarge), (.invalidMethod, .badRequest), (.invalidVersion, .badRequest),
      (.invalidChunkSize, .badRequest), (.unknown, .badRequest),
    ] as [(HTTPParserError, HTTPResponseStatus)]
  )
  func parserErrors(error: HTTPParserError, status: HTTPResponseStatus) {
    #expect(RequestFraming.refusal(of: error).status == status)
  }

  @Test("An answer is counted where it says, also when it comes later")
  func counting() async {
    let account = AnswerTests.Account()
    let reply = Reply(status: .ok, headers: [:], body: .none)
    #expect(reply.account == nil)
    for response in [Response.now(reply), .later { reply }, .soon { reply }] {
      switch response.counted(on: account) {
      case .now(let counted): #expect(counted.account is AnswerTests.Account)
      case .later(let work), .soon(let work):
        let counted = await work()
        #expect(counted.account is AnswerTests.Account)
      }
    }
  }

  @Test("A field's only value, or the first of several")
  func fields() {
    let request = Request(method: .GET, target: "/", headers: ["A": "1", "a": "2", "B": ""])
    #expect(request.field("a") == "1" && request.field("b") == "" && request.field("c") == nil)
    #expect(request.client == .own && request.body == nil)
  }

  @Test(
    "A header may be sent when no value has a control character but the tab",
    arguments: [
      ("a b\tc", true), ("ä", true), ("", true), ("a\rb", false), ("a\nb", false), ("\0", false), ("\u{7F}", false),
    ]
  )
  func fieldValues(value: String, isSafe: Bool) {
    #expect(FieldValues.areSafe(["X": "fine", "Y": value]) == isSafe)
  }

  @Test(
    "A body in memory is found at every offset",
    arguments: [(0, "ab"), (1, "b"), (2, "cde"), (4, "e"), (5, "f"), (6, ""), (99, "")] as [(Int64, String)]
  )
  func sharedBody(offset: Int64, expected: String) {
    let body = SharedBody(pieces: ["ab", "cde", "", "f"].map { ByteBuffer(string: $0) }, owner: nil)
    #expect(body.totalBytes == 6)
    #expect(String(buffer: body.bytes(from: offset)) == expected)
    #expect(body.descriptor == nil)
  }

  @Test("Pieces are joined where that is cheap, and held on to where it is not", arguments: [3, 40_000])
  func joined(length: Int) {
    final class Owner: Sendable {}
    let pieces = [ByteBuffer(repeating: 1, count: length), ByteBuffer(repeating: 2, count: length)]
    switch Reply.Body.joined(pieces, owner: Owner()) {
    case .bytes(let bytes):
      #expect(length == 3)
      #expect(Array(bytes.readableBytesView) == [1, 1, 1, 2, 2, 2])
    case .shared(let body, let range):
      #expect(length == 40_000)
      #expect(range == 0..<80_000 && body.owner is Owner)
    case .none, .source, .parts: Issue.record("neither")
    }
  }

  @Test("Several ranges as one body: texts, ranges, and a length that is right")
  func multipart() {
    let parts = MultipartRanges([2..<5, 7..<8], of: 10, type: "text/x", boundary: "b")
    #expect(parts.contentType == "multipart/byteranges; boundary=b")
    #expect(parts.parts.map(\.range) == [2..<5, 7..<8, 0..<0])
    let texts = parts.parts.map { String(buffer: $0.text) }
    #expect(texts[0] == "--b\r\nContent-Type: text/x\r\nContent-Range: bytes 2-4/10\r\n\r\n")
    #expect(texts[1] == "\r\n--b\r\nContent-Type: text/x\r\nContent-Range: bytes 7-7/10\r\n\r\n")
    #expect(texts[2] == "\r\n--b--\r\n")
    #expect(parts.totalBytes == Int64(texts.reduce(4) { $0 + $1.utf8.count }))
    #expect(MultipartRanges.newBoundary() != MultipartRanges.newBoundary())
  }

  @Test("Each request has an id of its own, which says which run it was")
  func ids() {
    let (one, other) = (RequestID.next(), RequestID.next())
    #expect(one != other)
    #expect("\(one)".split(separator: "-").first == "\(other)".split(separator: "-").first)
    #expect(RequestID.current == nil)
    #expect(RequestID.$current.withValue(one) { RequestID.current } == one)
  }

  @Test(
    "Addresses as operators write them",
    arguments: [
      (.ipv4(0x7f00_0001), "127.0.0.1"), (.ipv4(0xffff_ffff), "255.255.255.255"), (.user(1_000), "user 1000"),
      (.ipv6Prefix(0x2001_0db8_0000_0001), "2001:db8:0:1::/64"), (.own, nil),
    ] as [(ClientKey.Address, String?)]
  )
  func addresses(address: ClientKey.Address, text: String?) {
    #expect(address.shown == text)
  }
}
