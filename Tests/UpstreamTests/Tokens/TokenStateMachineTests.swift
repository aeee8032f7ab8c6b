import OCI
import Testing

@testable import Upstream

/// The table at `TokenCache.StateMachine`, told as stories. Time stands still unless a story moves it.
@Suite("Tokens, as a state machine")
struct TokenStateMachineTests {
  private let start = ContinuousClock.now
  private let key = Self.key("a")

  private static func key(_ scope: String) -> TokenKey {
    let realm = WebURL(origin: Origin(scheme: .https, host: "auth.example", port: 443), path: "/token")
    return TokenKey(credential: .anonymous, realm: realm, service: "s", scopes: [scope])
  }

  private func grant(_ token: String, _ seconds: Int) -> TokenGrant {
    TokenGrant(token: Secret(token), lifetime: .seconds(seconds))
  }

  private func held(_ token: String, _ seconds: Int) -> TokenCache.StateMachine {
    var machine = TokenCache.StateMachine(capacity: 10)
    _ = machine.ask(key, 1, now: start)
    _ = machine.arrived(key, grant(token, seconds), now: start)
    return machine
  }

  @Test("Many ask, one fetches, all get the one token")
  func shared() {
    var machine = TokenCache.StateMachine(capacity: 10)
    #expect(machine.ask(key, 1, now: start) == .fetchAndWait)
    #expect(machine.ask(key, 2, now: start) == .wait)
    #expect(machine.ask(key, 3, now: start) == .wait)
    #expect(machine.arrived(key, grant("t", 300), now: start) == [1, 2, 3])
    #expect(machine.ask(key, 4, now: start) == .use(Secret("t")))
  }

  @Test("Another scope is another token")
  func scopes() {
    var machine = held("t", 300)
    #expect(machine.ask(Self.key("b"), 2, now: start) == .fetchAndWait)
  }

  @Test("Scopes in another order are the same token")
  func sorted() {
    let realm = key.realm
    let one = TokenKey(credential: CredentialID(1), realm: realm, service: nil, scopes: ["b", "a", "b"])
    #expect(one == TokenKey(credential: CredentialID(1), realm: realm, service: nil, scopes: ["a", "b"]))
    #expect(one != TokenKey(credential: CredentialID(2), realm: realm, service: nil, scopes: ["a", "b"]))
  }

  @Test(
    "A token is renewed at four fifths of its life, or ten seconds before its end",
    arguments: [(300, 240), (60, 48), (100, 80), (1_000, 800), (30, 48)]
  )
  func renewal(life: Int, renewAt: Int) {
    var machine = held("old", life)
    #expect(machine.ask(key, 2, now: start + .seconds(renewAt) - .nanoseconds(1)) == .use(Secret("old")))
    let late = start + .seconds(renewAt)
    #expect(machine.ask(key, 3, now: late) == .useAndFetch(Secret("old")))
    #expect(machine.ask(key, 4, now: late) == .use(Secret("old")))
    #expect(machine.arrived(key, grant("new", life), now: late).isEmpty)
    #expect(machine.ask(key, 5, now: late) == .use(Secret("new")))
  }

  @Test("An expired token is not shown; whoever asks waits")
  func expiry() {
    var machine = held("t", 60)
    #expect(machine.ask(key, 2, now: start + .seconds(60)) == .fetchAndWait)
    var renewing = held("t", 60)
    _ = renewing.ask(key, 2, now: start + .seconds(50))
    #expect(renewing.ask(key, 3, now: start + .seconds(60)) == .wait)
    #expect(renewing.arrived(key, grant("new", 60), now: start + .seconds(61)) == [3])
  }

  @Test("A failed fetch is told to all who wait, and the next one tries again")
  func failure() {
    var machine = TokenCache.StateMachine(capacity: 10)
    _ = machine.ask(key, 1, now: start)
    _ = machine.ask(key, 2, now: start)
    #expect(machine.failed(key, now: start) == [1, 2])
    #expect(machine.ask(key, 3, now: start) == .fetchAndWait)
  }

  @Test("A failed renewal leaves the token in use, and the service alone for ten seconds")
  func failedRenewal() {
    var machine = held("t", 300)
    let late = start + .seconds(250)
    _ = machine.ask(key, 2, now: late)
    #expect(machine.failed(key, now: late).isEmpty)
    #expect(machine.ask(key, 3, now: late + .seconds(9)) == .use(Secret("t")))
    #expect(machine.ask(key, 4, now: late + .seconds(10)) == .useAndFetch(Secret("t")))
  }

  @Test("A token that the registry rejects is dropped, but not its successor")
  func rejection() {
    var machine = held("old", 300)
    machine.rejected(key, Secret("old"))
    #expect(machine.ask(key, 2, now: start) == .fetchAndWait)
    #expect(machine.arrived(key, grant("new", 300), now: start) == [2])
    machine.rejected(key, Secret("old"))
    #expect(machine.ask(key, 3, now: start) == .use(Secret("new")))
  }

  @Test("A token rejected while it is being renewed: whoever asks waits for the new one")
  func rejectionWhileRenewing() {
    var machine = held("old", 300)
    _ = machine.ask(key, 2, now: start + .seconds(250))
    machine.rejected(key, Secret("old"))
    #expect(machine.ask(key, 3, now: start + .seconds(250)) == .wait)
    #expect(machine.arrived(key, grant("new", 300), now: start + .seconds(251)) == [3])
  }

  @Test("Whoever leaves is not told; the fetch goes on for the others")
  func leaving() {
    var machine = TokenCache.StateMachine(capacity: 10)
    _ = machine.ask(key, 1, now: start)
    _ = machine.ask(key, 2, now: start)
    let leaves = [machine.left(key, 1), machine.left(key, 1), machine.left(Self.key("b"), 1)]
    #expect(leaves == [true, false, false])
    #expect(machine.arrived(key, grant("t", 60), now: start) == [2])
  }

  @Test("The number of tokens is bounded; the one that ends soonest goes first")
  func bounded() {
    var machine = TokenCache.StateMachine(capacity: 2)
    for (scope, life) in [("short", 60), ("long", 600), ("longer", 6_000)] {
      _ = machine.ask(Self.key(scope), 1, now: start)
      _ = machine.arrived(Self.key(scope), grant(scope, life), now: start)
    }
    #expect(machine.ask(Self.key("long"), 2, now: start) == .use(Secret("long")))
    #expect(machine.ask(Self.key("longer"), 3, now: start) == .use(Secret("longer")))
    #expect(machine.ask(Self.key("short"), 4, now: start) == .fetchAndWait)
  }
}
