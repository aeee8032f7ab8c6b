import Access
import HTTPServer
import NIOHTTP1
import OCI
import PullThrough
import SeededRandom
import Testing

@testable import RegistryAPI

/// Random policies, clients and requests: what the gate says is what a model says that reads the rules one by one.
@Suite struct GateModelTests {
  private static let who = ["anonymous", "authenticated", "group:ops", "ann", "bob"]
  private static let patterns = ["**", "docker.io/**", "docker.io/acme/*", "docker.io/acme/app", "ghcr.io/**"]
  private static let names = [
    "docker.io/acme/app", "docker.io/acme/app/deep", "docker.io/library/x", "ghcr.io/acme/app",
  ]
  private static let verbs: [HTTPMethod] = [.GET, .HEAD, .PUT, .POST, .PATCH, .DELETE]

  /// Which of ``patterns`` fit which of ``names``, as a person would say.
  private static let fits: [String: Set<String>] = [
    "**": Set(names),
    "docker.io/**": ["docker.io/acme/app", "docker.io/acme/app/deep", "docker.io/library/x"],
    "docker.io/acme/*": ["docker.io/acme/app"],
    "docker.io/acme/app": ["docker.io/acme/app"],
    "ghcr.io/**": ["ghcr.io/acme/app"],
  ]

  private struct Line {
    var who: String
    var pattern: String
    var allowed: Actions
    var isForInside: Bool

    func applies(to user: String?, on name: String, isInside: Bool) -> Bool {
      let isMeant =
        switch who {
        case "anonymous": true
        case "authenticated": user != nil
        case "group:ops": user == "ann"
        default: user == who
        }
      return isMeant && (!isForInside || isInside) && GateModelTests.fits[pattern, default: []].contains(name)
    }
  }

  @Test(arguments: [ListenerKind.registry, .mirror])
  func theyAgree(listener: ListenerKind) throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    for round in 0..<300 {
      let lines = (0..<Int.random(in: 0..<4, using: &generator)).map { _ in line(&generator) }
      let access = AccessControl(
        authority: Authority(AccessSnapshot(policy: try policy(lines))),
        isMirror: listener == .mirror,
        trusting: TrustedProxies(),
        externalURL: nil
      )
      for _ in 0..<40 {
        let user = [nil, "ann", "bob"].randomElement(using: &generator) ?? nil
        let scoped = [nil, Actions(), .pull, .all].randomElement(using: &generator) ?? nil
        let isInside = Bool.random(using: &generator)
        let name = Self.names.randomElement(using: &generator) ?? ""
        let verb = Self.verbs.randomElement(using: &generator) ?? .GET
        let needed = RepositoryOperation.tags().neededAccess(by: verb, of: .proxied)
        let rights = lines.reduce(into: Actions()) { rights, line in
          if line.applies(to: user, on: name, isInside: isInside) { rights.formUnion(line.allowed) }
        }
        let found = access.outcome(
          for: try client(user, scoped, isInside),
          AccessQuestion(needed: needed, canonicalName: name, scopeName: "app")
        )
        let expected = model(
          listener,
          user != nil,
          scoped,
          needed != nil,
          rights.contains(.pull) || rights.contains(.push)
        )
        #expect(found == expected, "seed \(seed), round \(round): \(lines) \(user ?? "-") \(name) \(verb)")
      }
    }
  }

  /// What is proxied is read, or not.
  private func model(
    _ listener: ListenerKind,
    _ isNamed: Bool,
    _ scoped: Actions?,
    _ isRead: Bool,
    _ mayRead: Bool
  ) -> AccessGate.Outcome {
    if listener == .mirror { return isRead ? (mayRead ? .admitted : .hidden) : .methodNotAllowed }
    if let scoped, !scoped.contains(.pull) { return .challenged(.insufficientScope) }
    if !mayRead { return isNamed ? .hidden : .challenged(scoped == nil ? nil : .insufficientScope) }
    return isRead ? .admitted : .methodNotAllowed
  }

  private func line(_ generator: inout SeededGenerator) -> Line {
    Line(
      who: Self.who.randomElement(using: &generator) ?? "ann",
      pattern: Self.patterns.randomElement(using: &generator) ?? "**",
      allowed: [.pull, .push, .delete, [.pull, .overwrite]].randomElement(using: &generator) ?? .pull,
      isForInside: Bool.random(using: &generator)
    )
  }

  private func policy(_ lines: [Line]) throws -> AccessPolicy {
    let rules = try lines.map { line in
      Rule(
        who: [try Who(parsing: line.who)],
        repositories: [try #require(NamePattern(parsing: line.pattern))],
        allowed: line.allowed,
        from: line.isForInside ? [try OriginPattern(parsing: "10.0.0.0/8")] : nil
      )
    }
    return try AccessPolicy(rules: rules, groups: ["ops": [try Who(parsing: "ann")]])
  }

  private func client(_ user: String?, _ scoped: Actions?, _ isInside: Bool) throws -> Client {
    let words = scoped.map { scoped in Actions.words.filter { scoped.contains($0.action) }.map(\.word) }
    let scopes = try words.map { words in
      words.isEmpty ? [] : [try Scope(parsing: "repository:app:\(words.joined(separator: ","))")]
    }
    let subject = try user.map { Subject.named(try #require(Subject.Name($0))) } ?? .anonymous
    let peer = Peer(isInside ? .ipv4(0x0a01_0203) : .ipv4(0xc000_0207), isOverTLS: false)
    let request = Request(method: .GET, target: "/v2/", headers: [:], peer: peer)
    return Client(
      result: .success(Identity(subject: subject, credential: .none, scopes: scopes)),
      showedToken: scopes != nil,
      source: RequestSource(request, trusting: TrustedProxies())
    )
  }
}
