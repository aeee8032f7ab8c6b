import OCI
import Testing

@testable import Upstream

@Suite("Answers of token services")
struct TokenGrantTests {
  private func parse(_ text: String) throws -> TokenGrant {
    try TokenGrant(parsing: Array(text.utf8), limits: Limits())
  }

  @Test(
    "Both names of the token, and every form of its life",
    arguments: [
      (#"{"token":"t"}"#, 60), (#"{"access_token":"t"}"#, 60), (#"{"token":"","access_token":"t"}"#, 60),
      (#"{"token":"t","access_token":"t","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"}"#, 300),
      (#"{"token":"t","expires_in":5}"#, 60), (#"{"token":"t","expires_in":-5}"#, 60),
      (#"{"token":"t","expires_in":null}"#, 60), (#"{"token":"t","expires_in":"300"}"#, 60),
      (#"{"token":"t","expires_in":9223372036854775807}"#, 86_400),
    ] as [(String, Int)]
  )
  func reads(text: String, seconds: Int) throws {
    let grant = try parse(text)
    #expect(grant.token == Secret("t"))
    #expect(grant.lifetime == .seconds(seconds))
  }

  @Test(
    "What is not a token",
    arguments: [
      "", "{}", "[]", "<html>", #"{"token":1}"#, #"{"token":"a b"}"#, #"{"token":"a\r\nX: y"}"#, #"{"token":"ä"}"#,
    ]
  )
  func refuses(text: String) { #expect(throws: UpstreamFailure.self) { try parse(text) } }
}
