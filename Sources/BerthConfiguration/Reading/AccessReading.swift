import Access
import Upstream

extension Field {
  /// The section `access`; patterns are compared with the names of `upstreams`.
  func accessSettings(_ upstreams: [UpstreamSettings]) -> AccessSettings? {
    if case .scalar(let text, _) = node.content {
      if text == "open" { return .open }
      refuse("expected the word open, or the keys \(AccessKey.listed), found \(quoted(text))")
      return nil
    }
    guard let section = section(AccessKey.self) else { return nil }
    let problems = context.findings.problems.count
    let groups = section[.groups]?.groups() ?? [:]
    guard let rulesField = section[.rules] else {
      section.lacks("the key 'rules': without one nobody may do anything; 'access: open' lets everybody do everything")
      return nil
    }
    let rules = rulesField.list(of: "rules, each with who, repositories and allow") { $0.rule(groups) } ?? []
    let identities = section[.identities]?.section(IdentitiesKey.self)
    guard let policy = try? AccessPolicy(rules: rules, groups: groups) else { return nil }
    var settings = AccessRules(policy: policy)
    var known = KnownSubjects()
    if let identities { settings.apply(identities, &known) }
    if context.findings.problems.count == problems, rules.count == rulesField.elements.count {
      RuleDoubts(policy: policy, known: known, upstreams: upstreams).warn(rulesField, section[.groups])
    }
    return .rules(settings)
  }

  private func groups() -> [String: [Who]] {
    var groups: [String: [Who]] = [:]
    for entry in entries(expected: "names of groups, each with a list of members") ?? [] {
      let field = field(entry)
      guard Who.isGroupName(entry.key) else {
        context.findings.refuse(
          at: entry.location,
          path: field.path,
          "is no name for a group: write letters, digits and dashes"
        )
        continue
      }
      groups[entry.key] = field.list(of: "names, or patterns of names like ci:acme/*") { member in
        guard let who = member.who() else { return nil }
        guard case .named = who else {
          member.refuse("members of a group are names, or patterns of names like ci:acme/*")
          return nil
        }
        return who
      }
    }
    return groups
  }

  /// Somebody, as rules and lists of users name them.
  func who() -> Who? {
    value(expected: "anonymous, authenticated, group:NAME, a name, or a pattern like ci:acme/*") {
      text throws(InvalidValue) in
      do throws(AccessError) { return try Who(parsing: text) } catch { throw InvalidValue(error.description) }
    }
  }

  /// Where requests come from.
  func originPattern() -> OriginPattern? {
    value(expected: "a network such as 10.0.0.0/8, an address, or unix") { text throws(InvalidValue) in
      do throws(AccessError) { return try OriginPattern(parsing: text) } catch { throw InvalidValue(error.description) }
    }
  }

  /// One rule.
  private func rule(_ groups: [String: [Who]]) -> Rule? {
    guard let section = section(RuleKey.self) else { return nil }
    for key in [RuleKey.who, .repositories, .allow] where section[key] == nil {
      section.lacks("the key '\(key.rawValue)'")
    }
    let who = section[.who]?.oneOrMore(of: "names") { field -> Who? in
      guard let who = field.who() else { return nil }
      if case .group(let name) = who, groups[name] == nil {
        field.refuse("there is no group \(quoted(name)): define it under groups:")
        return nil
      }
      return who
    }
    let repositories = section[.repositories]?.oneOrMore(of: "patterns such as docker.io/**") { $0.namePattern() }
    let allowed = section[.allow]?.oneOrMore(of: "actions") { $0.action() }
    let from = section[.from]?.oneOrMore(of: "networks such as 10.0.0.0/8") { $0.originPattern() }
    guard let who, let repositories, let allowed else { return nil }
    return Rule(who: who, repositories: repositories, allowed: Actions(allowed), from: from)
  }

  private func namePattern() -> NamePattern? {
    let expected = "a pattern for canonical names such as docker.io/library/*, ghcr.io/acme/** or **"
    return value(expected: expected) { text throws(InvalidValue) in
      guard let pattern = NamePattern(parsing: text) else { throw InvalidValue(expected: expected, found: text) }
      return pattern
    }
  }

  private func action() -> Actions? {
    let words = Actions.words.map(\.word)
    let expected = "one of \(words.joined(separator: ", "))"
    return value(expected: expected) { text throws(InvalidValue) in
      if let action = Actions.words.first(where: { $0.word == text })?.action { return action }
      let hint = NearestName.of(text, among: words).map { "; did you mean '\($0)'?" } ?? ""
      throw InvalidValue("expected \(expected), found \(quoted(text))\(hint)")
    }
  }

  /// One value, or a list of them that is not empty.
  func oneOrMore<Element>(of what: String, _ read: (Field) -> Element?) -> [Element]? {
    guard case .sequence(let nodes) = node.content else { return read(self).map { [$0] } }
    if nodes.isEmpty {
      refuse("expected \(what), found an empty list")
      return nil
    }
    return list(of: what, read)
  }
}
