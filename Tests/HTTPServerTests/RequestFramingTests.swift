import NIOHTTP1
import Testing

@testable import HTTPServer

/// Requests whose framing two readers could understand differently are refused.
@Suite struct RequestFramingTests {
  private func head(
    _ method: HTTPMethod = .GET,
    _ uri: String = "/v2/",
    version: HTTPVersion = .http1_1,
    _ headers: HTTPHeaders = [:]
  ) -> HTTPRequestHead {
    var all = headers
    if !all.contains(name: "host") { all.add(name: "Host", value: "mirror") }
    return HTTPRequestHead(version: version, method: method, uri: uri, headers: all)
  }

  @Test func aPlainRequestPasses() {
    #expect(RequestFraming.refusal(of: head(), maxFieldBytes: 16_384) == nil)
    #expect(RequestFraming.refusal(of: head(version: .http1_0), maxFieldBytes: 16_384) == nil)
    #expect(!RequestFraming.hasBody(head()))
    #expect(!RequestFraming.hasBody(head(.GET, ["Content-Length": "0"])))
  }

  @Test(
    arguments: [
      ["Transfer-Encoding": "chunked", "Content-Length": "5"], ["Transfer-Encoding": "gzip, chunked"],
      ["Transfer-Encoding": "identity"], ["Content-Length": "5", "content-length": "6"],
      ["Content-Length": "5", "content-length": "5"], ["Transfer-Encoding": "chunked", "transfer-encoding": "chunked"],
      ["Host": "a", "host": "b"],
    ] as [HTTPHeaders]
  )
  func ambiguousMessagesAreRefused(headers: HTTPHeaders) {
    #expect(RequestFraming.refusal(of: head(.GET, "/v2/", headers), maxFieldBytes: 16_384)?.status == .badRequest)
  }

  @Test func chunkedIsUnknownToHTTP10() {
    let request = head(.GET, "/v2/", version: .http1_0, ["Transfer-Encoding": "chunked"])
    #expect(RequestFraming.refusal(of: request, maxFieldBytes: 16_384)?.status == .badRequest)
  }

  @Test(arguments: ["http://mirror/v2/", "mirror:443", "*", "v2/"])
  func onlyOriginFormIsServed(uri: String) {
    #expect(RequestFraming.refusal(of: head(.GET, uri), maxFieldBytes: 16_384)?.status == .badRequest)
  }

  @Test func connectIsRefused() {
    #expect(RequestFraming.refusal(of: head(.CONNECT, "/v2/"), maxFieldBytes: 16_384)?.status == .badRequest)
  }

  @Test(
    arguments: [
      (["Cookie": 16_000], nil), (["Cookie": 16_400], .requestHeaderFieldsTooLarge),
      (["Cookie": 9_000, "Authorization": 9_000], .requestHeaderFieldsTooLarge), (["Range": 60_000], nil),
      (["RANGE": 60_000, "Cookie": 16_000], nil), (["Range": 60_000, "Cookie": 17_000], .requestHeaderFieldsTooLarge),
    ] as [([String: Int], HTTPResponseStatus?)]
  )
  func onlyListsOfRangesAreLong(bytes: [String: Int], status: HTTPResponseStatus?) {
    let headers = HTTPHeaders(bytes.map { ($0.key, String(repeating: "a", count: $0.value)) })
    #expect(RequestFraming.refusal(of: head(.GET, headers), maxFieldBytes: 16_384)?.status == status)
  }

  @Test func aBodyIsNoticed() {
    #expect(RequestFraming.hasBody(head(.GET, ["Content-Length": "5"])))
    #expect(RequestFraming.hasBody(head(.GET, ["Transfer-Encoding": "chunked"])))
  }

  private func head(_ method: HTTPMethod, _ headers: HTTPHeaders) -> HTTPRequestHead { head(method, "/v2/", headers) }
}
