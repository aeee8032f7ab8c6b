import NIOHTTP1
import Testing

@testable import Upstream

@Suite("What an answer says about limits")
struct RateLimitFieldsTests {
  @Test("Docker Hub's fields")
  func dockerHub() {
    let headers: HTTPHeaders = [
      "RateLimit-Limit": "100;w=21600", "ratelimit-remaining": "20;w=21600", "docker-ratelimit-source": "192.0.2.1",
    ]
    let fields = RateLimitFields(limit: 100, remaining: 20, window: .seconds(21_600), source: "192.0.2.1")
    #expect(RateLimitFields(headers) == fields)
  }

  @Test(
    "Other forms, and what is none",
    arguments: [
      ("7", 7, nil), ("7;w=60", 7, 60), ("7 ; w=60", 7, 60), ("7;policy=x;w=60", 7, 60),
      ("10, 10;w=1, 50;w=60", 10, nil),
      ("0;w=0", 0, 0), ("99999999999999999", 1_000_000_000, nil), ("7;w=soon", 7, nil),
      ("", nil, nil), ("-1", nil, nil), ("many", nil, nil), ("1.5", nil, nil), ("9999999999999999999999", nil, nil),
    ] as [(String, Int64?, Int64?)]
  )
  func forms(text: String, count: Int64?, window: Int64?) {
    let fields = RateLimitFields(["ratelimit-remaining": text])
    #expect(fields?.remaining == count)
    #expect(fields?.window == window.map { .seconds($0) })
  }

  @Test("Without either field nothing is said")
  func nothing() {
    #expect(RateLimitFields(["docker-ratelimit-source": "192.0.2.1"]) == nil)
  }
}
