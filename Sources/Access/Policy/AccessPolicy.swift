/// Who may do what: a union of allows. Nothing denies, the order of rules means nothing, and no match is no.
///
/// Names of repositories are canonical: `UPSTREAM/NAME` for what is proxied, however a client wrote it, and the plain name
/// for what is hosted.
public struct AccessPolicy: Hashable, Sendable {
  /// The rules, as configured.
  public let rules: [Rule]
  /// Each group's members.
  public let groups: [String: [Who]]

  /// Whether any rule asks where a request comes from.
  let asksForOrigin: Bool

  /// - Throws: ``AccessError/unknownGroup(_:)`` for a group that nobody defines,
  ///   ``AccessError/groupOfGroups(_:)`` for one that is in another: members are names or patterns of names.
  public init(rules: [Rule], groups: [String: [Who]]) throws(AccessError) {
    for (name, members) in groups {
      for member in members {
        guard case .named = member else { throw .groupOfGroups(name) }
      }
    }
    for case .group(let name) in rules.flatMap(\.who) where groups[name] == nil { throw .unknownGroup(name) }
    (self.rules, self.groups) = (rules, groups)
    asksForOrigin = rules.contains { $0.from != nil }
  }

  /// Everybody may do everything, from everywhere.
  public static var open: AccessPolicy {
    AccessPolicy(trusted: [
      Rule(who: [.anonymous], repositories: [.everything], allowed: .all)
    ])
  }

  private init(trusted rules: [Rule]) { (self.rules, groups, asksForOrigin) = (rules, [:], false) }

  /// What a subject may do with a repository, asking from somewhere.
  public func actions(of subject: Subject, on repository: String, from origin: ClientOrigin) -> Actions {
    rules.reduce(into: Actions()) { actions, rule in
      // What is known to be allowed already needs no look.
      guard !actions.isSuperset(of: rule.allowed.withImplied) else { return }
      if applies(rule, to: subject, on: repository, from: origin) { actions.formUnion(rule.allowed.withImplied) }
    }
  }

  /// For each action the rules that allow it, by their position: the answer to "why".
  public func explain(_ subject: Subject, _ repository: String, from origin: ClientOrigin) -> [(
    action: Actions, rules: [Int]
  )] {
    let matching = rules.indices.filter { applies(rules[$0], to: subject, on: repository, from: origin) }
    return Actions.words.map { word in
      (word.action, matching.filter { rules[$0].allowed.withImplied.contains(word.action) })
    }
  }

  /// Whether a rule is for somebody and a repository, wherever the request comes from.
  public func wouldAllow(_ index: Int, _ subject: Subject, _ repository: String) -> Bool {
    guard rules.indices.contains(index) else { return false }
    return rules[index].who.contains { includes($0, subject) }
      && rules[index].repositories.contains { $0.matches(repository) }
  }

  /// Whether a rule could ever say yes: one for groups without members cannot.
  public func canMatch(_ rule: Rule) -> Bool {
    rule.who.contains { who in
      if case .group(let name) = who { groups[name]?.isEmpty == false } else { true }
    }
  }

  private func applies(_ rule: Rule, to subject: Subject, on repository: String, from origin: ClientOrigin) -> Bool {
    rule.who.contains { includes($0, subject) }
      && rule.from?.contains { $0.matches(origin) } ?? true
      && rule.repositories.contains { $0.matches(repository) }
  }

  private func includes(_ who: Who, _ subject: Subject) -> Bool {
    switch (who, subject) {
    case (.anonymous, _): true
    case (_, .anonymous): false
    case (.authenticated, .named): true
    case (.named(let pattern), .named(let name)): pattern.matches(name.description)
    case (.group(let group), .named): groups[group]?.contains { includes($0, subject) } ?? false
    }
  }
}
