import Foundation
import OCI
import Synchronization
import Testing

@testable import Access

@Suite struct JWTTests {
  private static let here = ClientOrigin.address(NetworkAddress(ipv4: 0x7f00_0001))
  private static let iss = "https://issuer.example"

  private func issuer(keys: JSONWebKeySet?) throws -> TrustedIssuer {
    try #require(
      TrustedIssuer(
        issuer: Self.iss,
        audience: "berth.example",
        require: ["owner_id": "1234567"],
        subject: try SubjectTemplate(parsing: "ci:{repository}"),
        keys: keys
      )
    )
  }

  private func keys() throws -> JSONWebKeySet { try JSONWebKeySet(parsing: Array(JWTSamples.keys.utf8)) }

  private func ask(_ text: String, keys: JSONWebKeySet? = nil, at now: Int64 = 1_800_000_100) async throws -> (
    Result<Identity, IdentityRefusal>, String
  ) {
    let reason = Mutex("")
    let authority = Authority(
      AccessSnapshot(
        policy: try AccessPolicy(rules: [], groups: [:]),
        issuers: [try issuer(keys: try keys ?? self.keys())]
      ),
      clock: AccessClock(wall: { now }, monotonic: { 0 }),
      onRefusedJWT: { text in reason.withLock { $0 = text } }
    )
    let result = await authority.identify(.basic(user: "any", password: Secret(text)), from: Self.here, peer: Self.here)
    return (result, reason.withLock { $0 })
  }

  @Test(arguments: ["rs256", "es256"])
  func aRightOneIsTaken(_ kind: String) async throws {
    let (result, reason) = try await ask(try #require(JWTSamples.tokens[kind]))
    let identity = try #require(try? result.get(), "\(reason)")
    #expect("\(identity.subject)" == "ci:acme/app" && identity.endsAt == 1_800_000_300)
    #expect("\(identity.credential)" == "jwt:https://issuer.example")
  }

  @Test(arguments: [
    ("none", "RS256 and ES256"), ("hs256", "RS256 and ES256"), ("unknown kid", "no key 'zz'"), ("no kid", "no 'kid'"),
    ("wrong algorithm", "no key 'rsa'"), ("crit", "'crit'"), ("duplicate claim", "no JWT"),
    ("duplicate header", "no JWT"),
    ("no aud", "'aud'"), ("empty aud", "'aud'"), ("other aud", "'aud'"), ("number aud", "'aud'"),
    ("no exp", "no 'exp'"),
    ("other issuer", "'iss'"), ("issuer with slash", "'iss'"), ("other owner", "'owner_id'"),
    ("no owner", "'owner_id'"),
    ("no repository", "make no name"), ("star", "make no name"), ("future", "not valid yet"), ("altered", "signature"),
    ("other key", "signature"), ("text exp", "no 'exp'"),
  ])
  func aWrongOneIsNot(_ kind: String, _ hint: String) async throws {
    let (result, reason) = try await ask(try #require(JWTSamples.tokens[kind], "no sample '\(kind)'"))
    #expect(result == .failure(.wrong) && reason.contains(hint), "\(reason)")
  }

  @Test func oneEndsWithinAMinuteOfItsTime() async throws {
    let token = try #require(JWTSamples.tokens["es256"])
    #expect(try await ask(token, at: 1_800_000_359).0.get().isNamed)
    #expect(try await ask(token, at: 1_800_000_360).1.contains("expired"))
    #expect(try await ask(token, at: 1_799_999_939).1.contains("not valid yet"))
  }

  @Test func aMegabyteIsNotEvenTakenApart() async throws {
    let (result, reason) = try await ask("eyJhbGciOiJSUzI1NiJ9." + String(repeating: "A", count: 1 << 20) + ".AAAA")
    #expect(result == .failure(.wrong) && reason.contains("more than 16384 bytes"))
  }

  @Test(arguments: ["eyJ.", "eyJ..", "eyJhbGciOiJSUzI1NiJ9.e30", "eyJhbGciOiJSUzI1NiJ9.e30.AA==", "eyJ.e30.A.B"])
  func noToken(_ text: String) async throws {
    #expect(try await ask(text).0 == .failure(.wrong))
  }

  @Test(arguments: [
    ("{}", "is no JWK set"), ("[]", "is no JWK set"), (#"{"keys":[],"keys":[]}"#, "is no JWK set"),
    (#"{"keys":[]}"#, "no key with"),
    (#"{"keys":[{"kty":"oct","kid":"a","k":"AAAA"}]}"#, "no key with"),
    (#"{"keys":[{"kty":"RSA","kid":"a","n":"gAAA","e":"AQAB"}]}"#, "no key with"),
  ])
  func noKeys(_ text: String, _ hint: String) {
    #expect { try JSONWebKeySet(parsing: Array(text.utf8)) } throws: { "\($0)".contains(hint) }
  }

  @Test func keysAreFetchedOnceAndKept() async throws {
    let time = Mutex(0.0)
    let count = Mutex(0)
    let isUp = Mutex(true)
    let set = try keys()
    let held = IssuerKeys(
      fetch: { _ in
        count.withLock { $0 += 1 }
        guard isUp.withLock({ $0 }) else { throw JWTProblem.keysUnavailable }
        return set
      },
      now: { time.withLock { $0 } }
    )
    func ask(_ id: String) async throws -> Bool { try await held.key(of: "i", id, for: .rs256) != nil }
    #expect(try await ask("rsa") && count.withLock { $0 } == 1)
    #expect(try await !ask("zz") && count.withLock { $0 } == 1, "an unknown id asks once a minute at the most")
    time.withLock { $0 = 61 }
    #expect(try await !ask("zz") && count.withLock { $0 } == 2)
    isUp.withLock { $0 = false }
    time.withLock { $0 = 80_000 }
    #expect(try await ask("rsa"), "while the issuer is down the old ones count")
    time.withLock { $0 = 90_000 }
    await #expect(throws: JWTProblem.keysUnavailable) { try await ask("rsa") }
  }

  @Test func shortTokensEndWithTheJWTAndItsIssuer() async throws {
    let time = Mutex(Int64(1_800_000_100))
    let snapshot = AccessSnapshot(
      policy: try AccessPolicy(rules: [], groups: [:]),
      issuers: [try issuer(keys: try keys())]
    )
    let authority = Authority(snapshot, clock: AccessClock(wall: { time.withLock { $0 } }, monotonic: { 0 }))
    let presented = Presented.basic(user: "x", password: Secret(try #require(JWTSamples.tokens["rs256"])))
    let identity = try await authority.identify(presented, from: Self.here, peer: Self.here).get()
    #expect(authority.identifyNow(presented, from: Self.here, peer: Self.here) == .known(identity))
    let issued = try #require(authority.issue(for: identity, scopes: []))
    #expect(issued.seconds == 200)
    #expect(
      try await authority.identify(.bearer(issued.secret), from: Self.here, peer: Self.here).get().subject
        == identity.subject
    )
    authority.replace(AccessSnapshot(policy: try AccessPolicy(rules: [], groups: [:])))
    #expect(await authority.identify(.bearer(issued.secret), from: Self.here, peer: Self.here) == .failure(.expired))
  }

  @Test(arguments: [
    ("ci:{repository}", "ci:", ["repository"]), ("k8s:{ns}/{sa}", "k8s:", ["ns", "sa"]),
    ("spiffe://x/{sub}", "spiffe:", ["sub"]),
  ])
  func templates(text: String, prefix: String, claims: [String]) throws {
    let template = try SubjectTemplate(parsing: text)
    #expect(template.prefix == prefix && template.claims == claims)
    #expect(template.name { $0 == "absent" ? nil : "v" }?.description.contains("v") == true)
    #expect(
      template.name { _ in nil } == nil && template.name { _ in "" } == nil && template.name { _ in "a b" } == nil
    )
  }
}
