import OCI
import Synchronization
import Testing

@testable import Access

@Suite struct AuthorityTests {
  private static let here = ClientOrigin.address(NetworkAddress(ipv4: 0x7f00_0001))
  private static let bcrypt = PasswordTests.bcrypt

  private final class Time: Sendable {
    let seconds = Mutex(1_000.0)
    var clock: AccessClock {
      AccessClock(
        wall: { self.seconds.withLock { Int64($0) } },
        monotonic: { self.seconds.withLock { $0 } }
      )
    }
    func pass(_ time: Double) { seconds.withLock { $0 += time } }
  }

  private let time = Time()

  private static func snapshot(users: String = "ann:\(bcrypt)\n", tokens: [TokenTable.Entry] = []) throws
    -> AccessSnapshot
  {
    func rule(_ who: String, _ pattern: String, _ allowed: Actions) throws -> Rule {
      Rule(
        who: [try Who(parsing: who)],
        repositories: [try #require(NamePattern(parsing: pattern))],
        allowed: allowed
      )
    }
    return AccessSnapshot(
      policy: try AccessPolicy(
        rules: [
          rule("anonymous", "docker.io/**", .pull), rule("ann", "acme/**", [.push, .overwrite]),
          rule("token:ci", "acme/app", .pull), rule("cert:spiffe://acme/x", "acme/**", .pull),
        ],
        groups: [:]
      ),
      passwords: try PasswordFile(parsing: users),
      tokens: try TokenTable(tokens),
      certificates: CertificateRule(source: .uri)
    )
  }

  private func authority(_ snapshot: AccessSnapshot) -> Authority { Authority(snapshot, clock: time.clock) }

  private func ask(_ authority: Authority, _ presented: Presented) async -> Result<Identity, IdentityRefusal> {
    await authority.identify(presented, from: Self.here, peer: Self.here)
  }

  private func basic(_ user: String, _ password: String) -> Presented { .basic(user: user, password: Secret(password)) }

  private static let ann = Subject.Name("ann").map(Subject.named)

  @Test func aRightPasswordIsHashedOnce() async throws {
    let authority = authority(try Self.snapshot())
    #expect(authority.identifyNow(basic("ann", "secret"), from: Self.here, peer: Self.here) == .needsCheck)
    #expect(try await ask(authority, basic("ann", "secret")).get().subject == Self.ann)
    guard case .known(let identity) = authority.identifyNow(basic("ann", "secret"), from: Self.here, peer: Self.here)
    else {
      Issue.record("is not remembered")
      return
    }
    #expect(identity.subject == Self.ann && "\(identity.credential)" == "htpasswd:ann")
    time.pass(301)
    #expect(authority.identifyNow(basic("ann", "secret"), from: Self.here, peer: Self.here) == .needsCheck)
  }

  @Test func aNewHashEndsWhatIsRemembered() async throws {
    let authority = authority(try Self.snapshot())
    _ = await ask(authority, basic("ann", "secret"))
    authority.replace(try Self.snapshot(users: "ann:\(PasswordTests.sha512)\n"))
    #expect(authority.identifyNow(basic("ann", "secret"), from: Self.here, peer: Self.here) == .needsCheck)
    authority.replace(try Self.snapshot(users: "bob:\(Self.bcrypt)\n"))
    #expect(await ask(authority, basic("ann", "secret")) == .failure(.wrong))
  }

  @Test(arguments: [
    ("ann", "wrong"), ("eve", "secret"), ("", "secret"), ("ann", ""), ("token:ci", "secret"), ("a b", "x"),
  ])
  func wrongIsWrong(user: String, password: String) async throws {
    #expect(await ask(authority(try Self.snapshot()), basic(user, password)) == .failure(.wrong))
  }

  @Test func guessesWaitBeforeAnythingIsHashed() async throws {
    let authority = authority(try Self.snapshot())
    for number in 0..<10 { #expect(await ask(authority, basic("ann", "guess \(number)")) == .failure(.wrong)) }
    guard case .failure(.limited(let wait)) = await ask(authority, basic("ann", "secret")) else {
      Issue.record("an eleventh guess was looked at")
      return
    }
    #expect(wait > .zero && wait <= .seconds(6))
    let elsewhere = ClientOrigin.address(NetworkAddress(ipv4: 0x7f00_0002))
    let other = await authority.identify(basic("ann", "secret"), from: elsewhere, peer: elsewhere)
    #expect(try other.get().subject == Self.ann, "nobody locks out somebody else")
    time.pass(6)
    #expect(try await ask(authority, basic("ann", "secret")).get().subject == Self.ann)
  }

  @Test func oneCheckForAllWhoShowTheSame() async throws {
    let authority = authority(try Self.snapshot())
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<100 { group.addTask { (try? await ask(authority, basic("ann", "secret")).get()) != nil } }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test func aStormOfGuessesIsCutToTheLimitBeforeAnyHasEnded() async throws {
    let authority = authority(try Self.snapshot())
    var counts: [String: Int] = [:]
    await withTaskGroup(of: String.self) { group in
      for number in 0..<200 {
        group.addTask {
          switch await ask(authority, basic("ann", "guess \(number)")) {
          case .failure(.wrong): "wrong"
          case .failure(.limited): "limited"
          default: "other"
          }
        }
      }
      for await result in group { counts[result, default: 0] += 1 }
    }
    #expect(counts["wrong", default: 0] <= 10 && counts["other"] == nil)
  }

  @Test func machineTokens() async throws {
    var generator = SystemRandomNumberGenerator()
    let token = MachineToken.new(using: &generator)
    let subject = try #require(Subject.Name("token:ci"))
    let entry = TokenTable.Entry(id: "ci", hash: token.hash, subject: subject, expiresAt: 2_000)
    let authority = authority(try Self.snapshot(tokens: [entry]))
    for presented in [
      Presented.bearer(token.secret), .machineToken(token.secret), .basic(user: "any", password: token.secret),
    ] {
      let identity = try await ask(authority, presented).get()
      #expect(identity.subject == .named(subject) && "\(identity.credential)" == "token:ci")
    }
    let other = MachineToken.new(using: &generator).secret
    #expect(await ask(authority, .bearer(other)) == .failure(.wrong))
    time.pass(1_000)
    #expect(await ask(authority, .bearer(token.secret)) == .failure(.wrong))
  }

  @Test func aTokenForAUserEndsWithTheUser() async throws {
    var generator = SystemRandomNumberGenerator()
    let token = MachineToken.new(using: &generator)
    let entry = TokenTable.Entry(id: "ci", hash: token.hash, subject: try #require(Subject.Name("ann")), expiresAt: nil)
    let authority = authority(try Self.snapshot(tokens: [entry]))
    #expect(try await ask(authority, .bearer(token.secret)).get().subject == Self.ann)
    authority.replace(try Self.snapshot(users: "bob:\(Self.bcrypt)", tokens: [entry]))
    #expect(await ask(authority, .bearer(token.secret)) == .failure(.wrong))
  }

  @Test func shortTokensEndWithTimeAndWithTheirCredential() async throws {
    let authority = authority(try Self.snapshot())
    let identity = try await ask(authority, basic("ann", "secret")).get()
    let scopes = [try Scope(parsing: "repository:acme/app:pull"), try Scope(parsing: "repository:acme/app:pull,push")]
    let issued = try #require(authority.issue(for: identity, scopes: scopes))
    #expect(issued.seconds == 300)
    let shown = try await ask(authority, .bearer(issued.secret)).get()
    #expect(shown.subject == Self.ann && shown.credential == identity.credential)
    #expect(shown.scopes?.map(\.description) == ["repository:acme/app:pull,push"])
    #expect(authority.issue(for: shown, scopes: [])?.seconds == 300)
    time.pass(200)
    #expect(authority.issue(for: shown, scopes: [])?.seconds == 100, "none outlives what it was made for")
    authority.replace(try Self.snapshot())
    #expect(try await ask(authority, .bearer(issued.secret)).get().subject == Self.ann)
    authority.replace(try Self.snapshot(users: "ann:\(PasswordTests.sha512)\n"))
    #expect(await ask(authority, .bearer(issued.secret)) == .failure(.expired), "another password, another generation")
    authority.replace(try Self.snapshot())
    time.pass(100)
    #expect(await ask(authority, .bearer(issued.secret)) == .failure(.expired))
  }

  @Test func anonymousTokens() async throws {
    let authority = authority(try Self.snapshot())
    let issued = try #require(
      authority.issue(for: .anonymous, scopes: [try Scope(parsing: "repository:docker.io/a:pull")])
    )
    let shown = try await ask(authority, .bearer(issued.secret)).get()
    #expect(!shown.isNamed && shown.scopes?.count == 1)
  }

  @Test func tokensOfOthersAreWrong() async throws {
    let (ours, other) = (authority(try Self.snapshot()), authority(try Self.snapshot()))
    let issued = try #require(other.issue(for: .anonymous, scopes: []))
    #expect(await ask(ours, .bearer(issued.secret)) == .failure(.wrong))
    for text in ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
      #expect(await ask(ours, .bearer(Secret(text))) == .failure(.wrong))
    }
    let key = [UInt8](repeating: 9, count: 32)
    let replicas = [try Self.snapshot(), try Self.snapshot()].map { Authority($0, key: key, clock: time.clock) }
    let shared = try #require(replicas[0].issue(for: .anonymous, scopes: []))
    #expect(
      try await ask(replicas[1], .bearer(shared.secret)).get()
        == Identity(subject: .anonymous, credential: .none, scopes: [], endsAt: 1_300)
    )
  }

  @Test func certificates() async throws {
    let authority = authority(try Self.snapshot())
    var certificate = PresentedCertificate(
      uris: ["spiffe://acme/x"],
      dnsNames: ["x.acme"],
      keyHash: Digest.of([1]),
      serial: "1f",
      expiresAt: 5_000
    )
    #expect(try "\(await ask(authority, .certificate(certificate)).get().subject)" == "cert:spiffe://acme/x")
    certificate.uris.append("spiffe://acme/y")
    #expect(await ask(authority, .certificate(certificate)) == .failure(.wrong), "of two names the holder could choose")
    certificate.uris = []
    #expect(await ask(authority, .certificate(certificate)) == .failure(.wrong))
    certificate.uris = ["spiffe://acme/x"]
    for denied in [CertificateRule.Denied(keys: [Digest.of([1])], serials: []), .init(keys: [], serials: ["1f"])] {
      let rule = CertificateRule(source: .uri, denied: denied)
      #expect(rule.subject(of: certificate, at: 0) == nil)
    }
    #expect(CertificateRule(source: .dns).subject(of: certificate, at: 0)?.description == "cert:x.acme")
    #expect(CertificateRule(source: .dns).subject(of: certificate, at: 5_000) == nil)
  }

  @Test func rightsAreThoseOfTheMoment() async throws {
    let authority = authority(try Self.snapshot())
    let identity = try await ask(authority, basic("ann", "secret")).get()
    func rights(_ identity: Identity) -> Rights {
      authority.rights(of: identity, on: "acme/app", named: "acme/app", from: Self.here, isOnLocalListener: true)
    }
    #expect(rights(identity).granted == [.pull, .push, .overwrite])
    #expect(rights(identity).granted == [.pull, .push, .overwrite], "from memory")
    #expect(rights(.anonymous).granted == [])
    let cut = Identity(
      subject: identity.subject,
      credential: identity.credential,
      scopes: [try Scope(parsing: "repository:acme/app:pull")]
    )
    #expect(rights(cut).granted == .pull && rights(cut).lacksScope(for: .push) && !rights(cut).lacksScope(for: .delete))
    #expect(authority.mayPull(cut, "acme/other", from: Self.here))
    let before = authority.generation
    authority.replace(AccessSnapshot(policy: try AccessPolicy(rules: [], groups: [:])))
    #expect(rights(identity).allowed == [] && authority.generation != before)
  }

  @Test func withoutAccessEverybodyPulls() {
    func rights(_ snapshot: AccessSnapshot, _ origin: ClientOrigin, local: Bool) -> Actions {
      authority(snapshot)
        .rights(of: .anonymous, on: "a/b", named: "a/b", from: origin, isOnLocalListener: local).granted
    }
    #expect(rights(.unset, Self.here, local: true) == .all)
    #expect(rights(.unset, Self.here, local: false) == .pull)
    #expect(rights(.unset, .unknown, local: true) == .pull, "who came through a proxy that is not trusted is not local")
    #expect(rights(.open, .unknown, local: false) == .all)
    let open = authority(.open).identifyNow(basic("ann", "wrong"), from: Self.here, peer: Self.here)
    #expect(open == .known(.anonymous), "nobody is asked who they are")
  }
}
