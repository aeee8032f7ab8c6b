import Testing

@testable import Access

/// Random policies, subjects and questions: what the policy says, a model says that is written as the documentation reads.
@Suite struct PolicyPropertyTests {
  private static let names = ["ann", "bob", "ci:acme/app", "ci:other/x", "cert:spiffe://acme/b", "token:t"]
  private static let namePatterns = names + ["*", "ci:acme/*", "ci:*/*", "cert:spiffe://acme/*", "token:*"]
  private static let repositories = [
    "docker.io/library/a", "docker.io/a/b/c", "ghcr.io/acme/app", "acme", "acme/app", "x",
  ]
  private static let patterns = [
    "**", "docker.io/**", "docker.io/library/*", "*/acme/**", "acme/**", "acme", "*/*", "**/app", "*cme",
  ]
  private static let networks = ["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "unix", "192.0.2.7"]
  private static let origins = ["10.1.2.3", "10.2.0.1", "192.0.2.7", "2001:db8::5", "unix", "unknown"]

  /// Matching by trying every way in which the stars can be filled.
  private func fits(_ name: ArraySlice<Substring>, _ pattern: ArraySlice<Substring>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == "**" { return (0...name.count).contains { fits(name.dropFirst($0), pattern.dropFirst()) } }
    guard let part = name.first else { return false }
    return fitsSegment(Array(part)[...], Array(first)[...]) && fits(name.dropFirst(), pattern.dropFirst())
  }

  private func fitsSegment(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" { return (0...text.count).contains { fitsSegment(text.dropFirst($0), pattern.dropFirst()) } }
    return text.first == first && fitsSegment(text.dropFirst(), pattern.dropFirst())
  }

  private func fits(_ name: String, _ pattern: String) -> Bool {
    fits(
      name.split(separator: "/", omittingEmptySubsequences: false)[...],
      pattern.split(separator: "/", omittingEmptySubsequences: false)[...]
    )
  }

  private struct ModelRule {
    var who: [String]
    var repositories: [String]
    var allow: Actions
    var from: [String]?
  }

  private static let containing: [String: Set<String>] = [
    "10.0.0.0/8": ["10.1.2.3", "10.2.0.1"], "10.1.0.0/16": ["10.1.2.3"], "2001:db8::/32": ["2001:db8::5"],
    "unix": ["unix"],
    "192.0.2.7": ["192.0.2.7"],
  ]

  private func allowed(
    _ rules: [ModelRule],
    _ groups: [String: [String]],
    _ who: String,
    _ name: String,
    _ origin: String
  ) -> Actions {
    var actions = Actions()
    for rule in rules {
      let isMeant = rule.who.contains { word in
        if word == "anonymous" { return true }
        if who == "anonymous" { return false }
        if word == "authenticated" { return true }
        if word.hasPrefix("group:") { return groups[String(word.dropFirst(6)), default: []].contains { fits(who, $0) } }
        return fits(who, word)
      }
      let isThere = rule.repositories.contains { fits(name, $0) }
      let isFromThere = rule.from.map { $0.contains { Self.containing[$0, default: []].contains(origin) } } ?? true
      if isMeant, isThere, isFromThere {
        actions.formUnion(rule.allow.contains(.push) ? rule.allow.union(.pull) : rule.allow)
      }
    }
    return actions
  }

  private func origin(_ text: String) -> ClientOrigin {
    switch text {
    case "unix": .unix
    case "unknown": .unknown
    default: NetworkAddress(parsing: text).map(ClientOrigin.address) ?? .unknown
    }
  }

  @Test func thePolicySaysWhatTheModelSays() throws {
    var random = SystemRandomNumberGenerator()
    func some(_ all: [String], _ count: ClosedRange<Int>) -> [String] {
      (0..<Int.random(in: count, using: &random)).compactMap { _ in all.randomElement(using: &random) }
    }
    for _ in 0..<150 {
      let groups = ["a": some(Self.namePatterns, 0...3), "b": some(Self.namePatterns, 0...2)]
      let words = Self.namePatterns + ["anonymous", "authenticated", "group:a", "group:b"]
      let rules = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        ModelRule(
          who: some(words, 1...2),
          repositories: some(Self.patterns, 1...2),
          allow: Actions(rawValue: UInt8.random(in: 1...15, using: &random)),
          from: Bool.random(using: &random) ? some(Self.networks, 1...2) : nil
        )
      }
      let policy = try AccessPolicy(
        rules: try rules.map { rule in
          Rule(
            who: try rule.who.map { try Who(parsing: $0) },
            repositories: try rule.repositories.map { try #require(NamePattern(parsing: $0)) },
            allowed: rule.allow,
            from: try rule.from?.map { try OriginPattern(parsing: $0) }
          )
        },
        groups: try groups.mapValues { try $0.map { try Who(parsing: $0) } }
      )
      let authority = Authority(AccessSnapshot(policy: policy))
      for _ in 0..<60 {
        let who = (Self.names + ["anonymous"]).randomElement(using: &random) ?? "ann"
        let (name, from) = (some(Self.repositories, 1...1)[0], some(Self.origins, 1...1)[0])
        let expected = allowed(rules, groups, who, name, from)
        let subject = try who == "anonymous" ? Subject.anonymous : .named(#require(Subject.Name(who)))
        let identity = Identity(subject: subject, credential: .none)
        for _ in 0..<2 {
          let rights = authority.rights(
            of: identity,
            on: name,
            named: name,
            from: origin(from),
            isOnLocalListener: true
          )
          #expect(rights.granted == expected, "\(who) \(name) \(from): \(rules), \(groups)")
        }
        let explained = policy.explain(subject, name, from: origin(from)).filter { !$0.rules.isEmpty }
        #expect(explained.reduce(into: Actions()) { $0.formUnion($1.action) } == expected)
      }
    }
  }
}
