import Testing

@testable import Access

@Suite struct AccessPolicyTests {
  private static let office = ClientOrigin.address(NetworkAddress(ipv4: 0x0a01_0203))
  private static let elsewhere = ClientOrigin.address(NetworkAddress(ipv4: 0x0808_0808))

  private static func rule(
    _ who: [String],
    _ repositories: [String],
    _ allowed: Actions,
    from: [String]? = nil
  ) throws -> Rule {
    Rule(
      who: try who.map { try Who(parsing: $0) },
      repositories: try repositories.map { try #require(NamePattern(parsing: $0)) },
      allowed: allowed,
      from: try from?.map { try OriginPattern(parsing: $0) }
    )
  }

  private static func policy() throws -> AccessPolicy {
    try AccessPolicy(
      rules: [
        rule(["anonymous"], ["docker.io/**"], .pull, from: ["10.0.0.0/8"]),
        rule(["authenticated"], ["ghcr.io/acme/**"], .pull),
        rule(["group:ops"], ["**"], .all),
        rule(["ci:acme/*"], ["acme/**"], .push),
      ],
      groups: [
        "ops": [
          .named(try #require(NamePattern(parsing: "ann"))), .named(try #require(NamePattern(parsing: "ci:ops/*"))),
        ]
      ]
    )
  }

  private func subject(_ name: String) throws -> Subject {
    name == "anonymous" ? .anonymous : .named(try #require(Subject.Name(name)))
  }

  @Test(arguments: [
    ("anonymous", "docker.io/library/alpine", true, Actions.pull),
    ("anonymous", "docker.io/library/alpine", false, Actions()),
    ("anonymous", "ghcr.io/acme/app", true, Actions()),
    ("bob", "docker.io/library/alpine", true, Actions.pull),
    ("bob", "ghcr.io/acme/app", false, Actions.pull),
    ("bob", "acme/app", false, Actions()),
    ("ann", "anything/at/all", false, Actions.all),
    ("ci:ops/x", "acme/app", false, Actions.all),
    ("ci:acme/app", "acme/app", false, Actions([.pull, .push])),
    ("ci:acme/app", "acmes/app", false, Actions()),
  ])
  func actions(name: String, repository: String, isAtOffice: Bool, expected: Actions) throws {
    let origin = isAtOffice ? Self.office : Self.elsewhere
    #expect(try Self.policy().actions(of: subject(name), on: repository, from: origin) == expected)
  }

  @Test func openIsEverythingForEverybody() {
    #expect(AccessPolicy.open.actions(of: .anonymous, on: "a/b", from: .unknown) == .all)
  }

  @Test func noRuleIsNo() throws {
    let policy = try AccessPolicy(rules: [], groups: [:])
    #expect(policy.actions(of: .anonymous, on: "docker.io/library/alpine", from: .unix) == [])
  }

  @Test func explainsByRule() throws {
    let explained = try Self.policy().explain(subject("ann"), "docker.io/library/alpine", from: Self.office)
    #expect(explained.map(\.rules) == [[0, 2], [2], [2], [2]])
    #expect(explained.map(\.action) == [.pull, .push, .overwrite, .delete])
  }

  @Test func groupsAreDefinedAndFlat() throws {
    #expect(throws: AccessError.unknownGroup("dev")) {
      try AccessPolicy(rules: [Self.rule(["group:dev"], ["**"], .pull)], groups: [:])
    }
    for member in ["group:b", "authenticated", "anonymous"] {
      #expect(throws: AccessError.groupOfGroups("a")) {
        try AccessPolicy(rules: [], groups: ["a": [Who(parsing: member)], "b": []])
      }
    }
  }

  @Test func aRuleForNobodyIsSeen() throws {
    let policy = try AccessPolicy(rules: [Self.rule(["group:none"], ["**"], .pull)], groups: ["none": []])
    #expect(!policy.canMatch(policy.rules[0]))
    #expect(try Self.policy().rules.allSatisfy(Self.policy().canMatch))
  }

  @Test(arguments: ["", "group:", "group:a*", "a b"])
  func nobody(text: String) {
    #expect(throws: AccessError.invalidWho(text)) { try Who(parsing: text) }
  }

  @Test(arguments: ["anonymous", "authenticated", "group:ops", "", "a b", "a*", "x\u{0}", "a\u{202e}b"])
  func namesThatNobodyCanHave(text: String) {
    #expect(Subject.Name(text) == nil)
  }

  /// A rule more never takes anything away, and each answer is the union of what the rules give one by one.
  @Test func aUnionOfAllows() throws {
    var generator = SystemRandomNumberGenerator()
    let names = ["a", "b", "ci:x/y"], repositories = ["a/b", "a", "c/d/e", "docker.io/x"]
    let patterns = ["**", "a/*", "a/**", "c/**", "docker.io/*"], whos = ["anonymous", "authenticated", "a", "ci:*/y"]
    for _ in 0..<300 {
      let rules = try (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        try Self.rule(
          [try #require(whos.randomElement(using: &generator))],
          [try #require(patterns.randomElement(using: &generator))],
          Actions(rawValue: UInt8.random(in: 0...15, using: &generator)),
          from: Bool.random(using: &generator) ? ["10.0.0.0/8"] : nil
        )
      }
      let policy = try AccessPolicy(rules: rules, groups: [:])
      let subject = try Bool.random(using: &generator) ? Subject.anonymous : subject(#require(names.randomElement()))
      let repository = try #require(repositories.randomElement(using: &generator))
      let origin = Bool.random(using: &generator) ? Self.office : Self.elsewhere
      let one = try rules.reduce(into: Actions()) { union, rule in
        try union.formUnion(AccessPolicy(rules: [rule], groups: [:]).actions(of: subject, on: repository, from: origin))
      }
      #expect(policy.actions(of: subject, on: repository, from: origin) == one, "\(rules) \(subject) \(repository)")
    }
  }
}
