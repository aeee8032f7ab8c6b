import NIOCore
import OCI
import Testing

@testable import Upstream

@Suite("Answers that HTTP does not have")
struct StrangeAnswerTests {
  /// An answer on the wire, and what comes of a GET of a manifest: its text, or the beginning of the failure's.
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var answer: String
    var outcome: String

    init(_ name: String, _ answer: String, _ outcome: String) {
      (testDescription, self.answer, self.outcome) = (name, answer.replacing("\n", with: "\r\n"), outcome)
    }
  }

  private static let notHTTP = "unusable answer: not an HTTP answer"
  private static let noStatus = "unusable answer: status"

  static let cases = [
    Case("status 000", "HTTP/1.1 000 x\nContent-Length: 0\n\n", noStatus),
    Case("status 099 with a body", "HTTP/1.1 099 x\nContent-Length: 5\n\nhello", noStatus),
    Case("status 042, chunked", "HTTP/1.1 042 x\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n", noStatus),
    Case("status 001 until the end", "HTTP/1.1 001 x\nConnection: close\n\nhello", noStatus),
    Case("two digits", "HTTP/1.1 20 x\nContent-Length: 0\n\n", notHTTP),
    Case("four digits", "HTTP/1.1 2000 x\nContent-Length: 0\n\n", notHTTP),
    Case("status 600", "HTTP/1.1 600 x\nContent-Length: 0\n\n", noStatus),
    Case("101", "HTTP/1.1 101 S\nUpgrade: h2c\nConnection: upgrade\n\nxxxx", noStatus),
    Case("101 with a length", "HTTP/1.1 101 S\nContent-Length: 5\n\nhello", noStatus),
    Case(
      "100 with a body",
      "HTTP/1.1 100 C\nContent-Length: 5\n\nhelloHTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
      notHTTP
    ),
    Case("100, then 200", "HTTP/1.1 100 C\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\n{}", "{}"),
    Case("100, then 000", "HTTP/1.1 100 C\n\nHTTP/1.1 000 x\nContent-Length: 2\n\n{}", noStatus),
    Case("nine times 102", String(repeating: "HTTP/1.1 102 P\n\n", count: 9), "unusable answer: too many"),
    Case("two answers", "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}HTTP/1.1 404 N\nContent-Length: 0\n\n", "{}"),
    Case("rubbish behind the end", "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}rubbish\n\n", "{}"),
    Case("204 with a body", "HTTP/1.1 204 N\nContent-Length: 5\n\nhello", "answered 204"),
    Case("304 with a body", "HTTP/1.1 304 N\nContent-Length: 5\n\nhello", "answered 304"),
    Case("an offer to upgrade", "HTTP/1.1 200 OK\nConnection: upgrade\nUpgrade: h2c\nContent-Length: 2\n\n{}", "{}"),
    Case("version 1.2", "HTTP/1.2 200 OK\nContent-Length: 2\n\n{}", "unusable answer: "),
    Case("version 2.0", "HTTP/2.0 200 OK\nContent-Length: 2\n\n{}", notHTTP),
    Case(
      "length and coding",
      "HTTP/1.1 200 OK\nContent-Length: 5\nTransfer-Encoding: chunked\n\n2\n{}\n0\n\n",
      notHTTP
    ),
    Case("two lengths", "HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: 2\n\n{}", notHTTP),
    Case(
      "length of 2^63",
      "HTTP/1.1 200 OK\nContent-Length: 9223372036854775808\n\n{}",
      "unusable answer: contradictory"
    ),
    Case("length of 1e20", "HTTP/1.1 200 OK\nContent-Length: 100000000000000000000\n\n{}", notHTTP),
    Case("another coding", "HTTP/1.1 200 OK\nTransfer-Encoding: gzip\n\n{}", "unusable answer: contradictory"),
    Case("trailers", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\n{}\n0\nX: y\n\n", "{}"),
    Case("a second last chunk", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\n{}\n0\n\n0\n\n", "{}"),
    Case(
      "a chunk of 2^64",
      "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nffffffffffffffffff\n{}",
      "transfer broke off"
    ),
    Case("a proxy's challenge", "HTTP/1.1 407 P\nContent-Length: 0\n\n", "answered 407"),
  ]

  /// The failure's words, or the manifest's.
  private func outcome(_ answer: String, closes: Bool) async throws -> [String] {
    let double = try await RawDouble.start(answer, closes: closes)
    var bench = Bench(["http://\(double.authority)"])
    bench.settings.patience = .zero
    bench.limits.firstResumePause = .zero
    bench.limits.breakerThreshold = 1_000
    let client = bench.client
    var words: [String] = []
    // The second request finds what the first has left of the connection.
    for _ in 0..<2 {
      do {
        words.append(String(buffer: try await client.getManifest(Sample.name("a/b"), Sample.tag("a")).bytes))
      } catch {
        words.append("\(error.failure)")
      }
      _ = try? await client.headBlob(Sample.name("a/b"), Sample.digest("x"))
    }
    await bench.transport.shutdown()
    await double.stop()
    return words
  }

  @Test("Each is an answer or a failure of its own, and the process lives", arguments: cases)
  func table(_ row: Case) async throws {
    for closes in [true, false] {
      // What is not ended by the connection's end is waited for as long as any body.
      if !closes, row.testDescription == "status 001 until the end" { continue }
      for words in try await outcome(row.answer, closes: closes) {
        #expect(words.hasPrefix(row.outcome), "closes: \(closes)")
      }
    }
  }
}
