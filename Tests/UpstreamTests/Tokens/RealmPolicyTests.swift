import Testing

@testable import Upstream

/// CVE-2026-33540: the realm of a challenge decides where credentials go. Not here.
@Suite("Which token service may see the credentials")
struct RealmPolicyTests {
  private func decision(_ realm: String, endpoint: String, listed: [String] = []) throws -> RealmPolicy.Decision {
    let policy = RealmPolicy(
      endpoint: try #require(Origin(parsing: endpoint)),
      tokenOrigins: listed.compactMap { Origin(parsing: $0) }
    )
    return policy.decision(for: try #require(Origin(parsing: realm)))
  }

  @Test(
    "Decisions",
    arguments: [
      ("https://r.example", "https://r.example", [], .withCredentials),
      ("https://auth.example", "https://r.example", ["https://auth.example"], .withCredentials),
      ("https://auth.example", "https://r.example", [], .anonymously),
      ("https://auth.r.example", "https://r.example", [], .anonymously),
      ("https://r.example:8443", "https://r.example", [], .anonymously),
      ("http://r.example", "https://r.example", [], .refused),
      ("http://auth.example", "https://r.example", [], .refused),
      ("http://auth.example", "https://r.example", ["http://auth.example"], .withCredentials),
      ("http://auth.example", "http://r.example", [], .anonymously),
      ("https://r.example", "http://r.example", [], .anonymously),
      ("https://auth.example:8443", "https://r.example", ["https://auth.example"], .anonymously),
    ] as [(String, String, [String], RealmPolicy.Decision)]
  )
  func decides(realm: String, endpoint: String, listed: [String], expected: RealmPolicy.Decision) throws {
    #expect(try decision(realm, endpoint: endpoint, listed: listed) == expected)
  }
}
