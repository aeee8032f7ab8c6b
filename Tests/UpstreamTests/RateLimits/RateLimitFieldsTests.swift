import NIOHTTP1
import Testing

@testable import Upstream

@Suite("What an answer says about limits")
struct RateLimitFieldsTests {
  /// By the clock of whoever answers.
  private let now: Int64 = 1_800_000_000

  @Test("Docker Hub's fields")
  func dockerHub() {
    let headers: HTTPHeaders = [
      "RateLimit-Limit": "100;w=21600", "ratelimit-remaining": "20;w=21600", "docker-ratelimit-source": "192.0.2.1",
    ]
    let fields = RateLimitFields(limit: 100, remaining: 20, window: .seconds(21_600), source: "192.0.2.1")
    #expect(RateLimitFields(headers, now: now) == fields)
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
    let fields = RateLimitFields(["ratelimit-remaining": text], now: now)
    #expect(fields?.remaining == count)
    #expect(fields?.window == window.map { .seconds($0) })
  }

  @Test("Without either field nothing is said")
  func nothing() {
    #expect(RateLimitFields(["docker-ratelimit-source": "192.0.2.1"], now: now) == nil)
  }

  @Test(
    "The forms of gateways and of the drafts",
    arguments: [
      (["RateLimit-Limit": "5", "RateLimit-Remaining": "0", "RateLimit-Reset": "1"], 5, 0, nil, 1),
      (["RateLimit-Limit": "10, 10;w=1, 50;w=60", "RateLimit-Remaining": "9"], 10, 9, 1, nil),
      (["RateLimit-Limit": "10", "RateLimit-Policy": "50;w=60, 10;w=1", "RateLimit-Remaining": "9"], 10, 9, 1, nil),
      (["RateLimit-Limit": "5", "RateLimit-Remaining": "0", "RateLimit-Reset": "1800000030"], 5, 0, nil, 30),
      (["RateLimit-Limit": "5", "RateLimit-Remaining": "0", "RateLimit-Reset": "1700000000"], 5, 0, nil, 0),
      (["RateLimit-Limit": "5", "RateLimit-Remaining": "0", "RateLimit-Reset": "soon"], 5, 0, nil, nil),
      (["RateLimit-Limit": "5", "RateLimit-Remaining": "0", "RateLimit-Reset": "-1"], 5, 0, nil, nil),
      (["RateLimit-Limit": "5", "RateLimit-Remaining": "0", "RateLimit-Reset": "999999999"], 5, 0, nil, 86_400),
      (["RateLimit": "limit=100, remaining=50, reset=5", "RateLimit-Policy": "100;w=10"], 100, 50, 10, 5),
      (["RateLimit": "\"default\";r=50;t=30", "RateLimit-Policy": "\"default\";q=100;w=60"], 100, 50, 60, 30),
      (
        [
          "RateLimit": "\"day\";r=900;t=5000, \"burst\";r=0;t=1",
          "RateLimit-Policy": "\"burst\";q=10;w=1, \"day\";q=1000;w=86400",
        ], 10, 0, 1, 1
      ),
      (["RateLimit": "\"default\";r=7"], nil, 7, nil, nil),
    ] as [(HTTPHeaders, Int64?, Int64?, Int64?, Int64?)]
  )
  func gateways(headers: HTTPHeaders, limit: Int64?, remaining: Int64?, window: Int64?, reset: Int64?) {
    let fields = RateLimitFields(headers, now: now)
    #expect(fields?.limit == limit && fields?.remaining == remaining)
    #expect(fields?.window == window.map { .seconds($0) })
    #expect(fields?.reset == reset.map { .seconds($0) })
  }

  @Test("Nonsense is nothing", arguments: [";", ",", ";;;=", "=;r", "\"\";r=", "remaining", "r=1;;", ",,,;w=1"])
  func nonsense(_ text: String) {
    for name in ["RateLimit", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Policy"] {
      #expect(RateLimitFields([name: text], now: now)?.remaining == (name == "RateLimit" && text == "r=1;;" ? 1 : nil))
    }
  }
}
