import NIOHTTP1
import OCI
import Testing

@testable import Upstream

@Suite("Heads of answers that are let through")
struct AnswerRulesTests {
  private let rules = AnswerRules(Limits())

  private func fault(
    _ status: Int = 200,
    _ headers: HTTPHeaders = [:],
    version: HTTPVersion = .http1_1
  ) -> AnswerFault? {
    rules.fault(in: HTTPResponseHead(version: version, status: .init(statusCode: status), headers: headers))
  }

  @Test("Statuses that HTTP has", arguments: [100, 102, 103, 199, 200, 204, 299, 304, 404, 599])
  func statuses(_ status: Int) { #expect(fault(status) == nil) }

  @Test("Statuses that it has not, and the one that nobody asked for", arguments: [0, 1, 20, 99, 101, 600, 999])
  func noStatuses(_ status: Int) { #expect(fault(status) == .status(status)) }

  @Test("Versions")
  func versions() {
    #expect(fault(version: .http1_0) == nil)
    for version in [HTTPVersion(major: 0, minor: 9), .init(major: 1, minor: 2), .http2, .http3] {
      #expect(fault(version: version) == .version)
    }
  }

  @Test(
    "One end of the body",
    arguments: [
      [], [("Content-Length", "0")], [("content-length", "9223372036854775807")], [("Content-Length", "5, 5")],
      [("Content-Length", "5"), ("Content-Length", "5")], [("Transfer-Encoding", "Chunked")],
    ]
  )
  func framed(_ headers: [(String, String)]) { #expect(fault(200, HTTPHeaders(headers)) == nil) }

  @Test(
    "Two ends, or none that can be counted",
    arguments: [
      [("Content-Length", "")], [("Content-Length", "-1")], [("Content-Length", "+1")], [("Content-Length", "0x10")],
      [("Content-Length", "1e3")], [("Content-Length", "9223372036854775808")],
      [("Content-Length", "18446744073709551615")], [("Content-Length", "5, 6")], [("Content-Length", "5,")],
      [("Content-Length", "5"), ("Content-Length", "6")], [("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
      [("Transfer-Encoding", "gzip")], [("Transfer-Encoding", "gzip, chunked")], [("Transfer-Encoding", "")],
      [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")], [("Transfer-Encoding", "identity")],
    ]
  )
  func unframed(_ headers: [(String, String)]) { #expect(fault(200, HTTPHeaders(headers)) == .framing) }

  @Test("HTTP/1.0 has no transfer codings")
  func oldVersion() { #expect(fault(200, ["Transfer-Encoding": "chunked"], version: .http1_0) == .framing) }

  @Test("Sizes")
  func sizes() {
    #expect(fault(200, HTTPHeaders((0..<100).map { ("X-\($0)", "") })) == nil)
    #expect(fault(200, HTTPHeaders((0..<101).map { ("X-\($0)", "") })) == .headerTooLarge)
    #expect(fault(200, ["X": String(repeating: "x", count: 65_535)]) == nil)
    #expect(fault(200, ["X": String(repeating: "x", count: 65_536)]) == .headerTooLarge)
  }
}
