import Access

/// What somebody may do with a repository, in words. Pure.
struct AccessExplanation {
  let policy: AccessPolicy
  let subject: Subject
  let repository: String
  let origin: ClientOrigin

  private var found: [(action: Actions, rules: [Int])] { policy.explain(subject, repository, from: origin) }

  /// Whether there is any action that is allowed.
  var allowsAnything: Bool { found.contains { !$0.rules.isEmpty } }

  /// A line for each action, and one for each rule that another origin would make count.
  var lines: [String] {
    let actions = found.map { action, rules in
      let name = "\(action)".padded(to: 10)
      return rules.isEmpty ? "\(name)no" : "\(name)yes   \(rules.map(described).joined(separator: "; "))"
    }
    let others = policy.rules.indices.filter { index in
      guard policy.rules[index].from != nil, !found.contains(where: { $0.rules.contains(index) }) else { return false }
      return policy.wouldAllow(index, subject, repository)
    }
    return actions + others.map { "from elsewhere: \(described($0))" }
  }

  private func described(_ index: Int) -> String {
    let rule = policy.rules[index]
    let from = rule.from.map { ", from \($0.map(\.description).joined(separator: " "))" } ?? ""
    return "rule \(index + 1) (\(rule.who.map(\.description).joined(separator: " ")) on "
      + "\(rule.repositories.map(\.description).joined(separator: " ")): \(rule.allowed)\(from))"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
