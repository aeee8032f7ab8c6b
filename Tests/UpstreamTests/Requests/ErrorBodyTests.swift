import OCI
import Testing

@testable import Upstream

@Suite("Error bodies")
struct ErrorBodyTests {
  private func read(_ text: String) -> ErrorBody { ErrorBody(Array(text.utf8), limits: Limits()) }

  @Test(
    "The message is found wherever it stands",
    arguments: [
      (#"{"errors":[{"code":"DENIED","message":"no access","detail":{"a":1}}]}"#, "DENIED: no access"),
      (#"{"errors":[{"code":"UNKNOWN"}]}"#, "UNKNOWN"), (#"{"errors":["just text"]}"#, "just text"),
      (#"{"message":"slow down"}"#, "slow down"),
      (
        #"{"details":"incorrect username or password"}"#,
        "incorrect username or password"
      ),
      (#"{"error":"invalid_grant","error_description":"expired"}"#, "expired"),
      ("Too Many Requests (HAP429).\n", "Too Many Requests (HAP429)."),
      ("one\r\n\ttwo \u{1B}[31mthree ä four", "one two [31mthree four"),
    ] as [(String, String)]
  )
  func message(text: String, expected: String) { #expect(read(text).message == expected) }

  @Test(
    "Nothing worth showing",
    arguments: ["", "{}", "[]", "null", #"{"errors":[]}"#, "<html>503</html>", " \n<!DOCTYPE"]
  )
  func nothing(text: String) { #expect(read(text).message == nil) }

  @Test("A long message is cut")
  func long() { #expect(read(String(repeating: "x", count: 5_000)).message?.count == 201) }

  @Test("Docker Hub's two limits are told apart by what they say")
  func kinds() {
    let pulls = "You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
    #expect(read(#"{"errors":[{"code":"TOOMANYREQUESTS","message":"\#(pulls)"}]}"#).rateLimitKind == .pulls)
    #expect(read("Too Many Requests (HAP429).").rateLimitKind == .requests)
    #expect(read("").rateLimitKind == .requests)
  }

  @Test("GHCR says in its message how long to wait")
  func retryAfter() {
    let body = read(
      #"{"errors":[{"code":"TOOMANYREQUESTS","message":"retry-after: 880.092µs, allowed: 44000/minute"}]}"#
    )
    #expect(body.retryAfter == "880.092µs")
    #expect(read("nothing").retryAfter == nil)
    #expect(read("retry-after:").retryAfter == nil)
  }

  @Test("No byte sequence is too odd to be read")
  func garbage() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0..<64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = ErrorBody(bytes, limits: Limits())
    }
  }
}
