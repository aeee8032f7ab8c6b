import Access
import OCI
import Upstream

/// Who there can be, as far as the file says.
struct KnownSubjects {
  var hasUsers = false
  var hasTokens = false
  var hasCertificates = false
  /// The users; nil if their file was not looked into.
  var users: PasswordFile?
  /// The machine tokens; nil if their file was not looked into.
  var tokens: TokenTable?
  /// What the names begin with that issuers give.
  var prefixes: Set<String> = []
}

/// Finds rules that say yes to nobody, or about nothing: slips of the pen, since no rule is refused for them.
struct RuleDoubts {
  let policy: AccessPolicy
  let known: KnownSubjects
  let upstreams: [UpstreamSettings]

  func warn(_ rules: Field, _ groups: Field?) {
    for (rule, field) in zip(policy.rules, rules.elements) {
      guard let section = field.section(RuleKey.self) else { continue }
      warn(rule.who, section[.who])
      for (pattern, field) in paired(rule.repositories, section[.repositories]) {
        if let doubt = doubt(about: pattern) { field.warn(doubt) }
      }
    }
    for entry in groups?.entries(expected: "") ?? [] {
      guard let members = groups?.field(entry) else { continue }
      if policy.groups[entry.key]?.isEmpty == true { members.warn("the group has no members") }
      warn(policy.groups[entry.key] ?? [], members)
    }
  }

  private func warn(_ who: [Who], _ field: Field?) {
    for (who, field) in paired(who, field) {
      switch who {
      case .anonymous, .authenticated: break
      case .group(let name):
        if policy.groups[name]?.isEmpty == true { field.warn("can never match: group \(quoted(name)) has no members") }
      case .named(let pattern):
        if let doubt = doubt(aboutSubjects: pattern.description) { field.warn("can never match: \(doubt)") }
      }
    }
  }

  private func paired<Value>(_ values: [Value], _ field: Field?) -> [(Value, Field)] {
    guard let field else { return [] }
    let fields = field.elements.isEmpty ? [field] : field.elements
    return fields.count == values.count ? Array(zip(values, fields)) : []
  }

  /// Why nobody can have such a name, if that is so.
  private func doubt(aboutSubjects pattern: String) -> String? {
    let isPattern = pattern.contains("*")
    guard let colon = pattern.firstIndex(of: ":") else {
      if !known.hasUsers { return isPattern ? nil : "there are no users, since identities.htpasswd is not set" }
      guard !isPattern, let users = known.users, let name = Subject.Name(pattern) else { return nil }
      return users.hash(of: name) == nil ? "the password file has no user \(quoted(pattern))" : nil
    }
    let prefix = pattern[...colon]
    if prefix.contains("*") { return nil }
    switch prefix {
    case "cert:": return known.hasCertificates ? nil : "identities.clientCertificates is not set"
    case "token:":
      if !known.hasTokens { return "identities.tokens is not set" }
      guard !isPattern, let tokens = known.tokens else { return nil }
      let isThere = tokens.all.contains { $0.subject.description == pattern }
      return isThere ? nil : "the token file has no token that stands for \(quoted(pattern))"
    default:
      if known.prefixes.contains(String(prefix)) { return nil }
      return "no identity begins with '\(prefix)': neither users, nor the as: of an issuer"
    }
  }

  /// Why a pattern fits no repository, if that is so.
  private func doubt(about pattern: NamePattern) -> String? {
    let text = pattern.description
    let first = text.prefix { $0 != "/" }
    if first.contains("*") { return nil }
    let rest = text.dropFirst(first.count + 1)
    if let upstream = upstreams.first(where: { $0.name.description == first }) {
      let isHub = upstream.name == UpstreamSettings.builtIn.first?.name
      guard isHub, !rest.isEmpty, !rest.contains("/"), !rest.contains("*") else { return nil }
      return "fits nothing: on \(first) a name of one segment is \(first)/library/\(rest); write that"
    }
    if let owner = upstreams.first(where: { $0.aliases.contains { $0.description == first } }) {
      return "fits nothing: rules have canonical names; write \(owner.name)\(text.dropFirst(first.count))"
    }
    let nearest = NearestName.of(String(first), among: upstreams.map(\.name.description))
    return
      "\(quoted(first)) is no upstream\(nearest.map { "; did you mean \($0)?" } ?? ": the pattern fits nothing that is proxied")"
  }
}
