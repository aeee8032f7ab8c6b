import Access

extension AccessSettings {
  /// nil where the file says nothing.
  var outline: Outline? {
    switch self {
    case .unset: nil
    case .open: .value("open")
    case .rules(let rules): rules.outline
    }
  }
}

extension AccessRules {
  fileprivate var outline: Outline {
    let groups = policy.groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value.outline) }
    let values: [(AccessKey, Outline)?] = [
      identities.isEmpty ? nil : (.identities, identities),
      groups.isEmpty ? nil : (.groups, .group(groups)),
      (.rules, .list(policy.rules.map(\.outline))),
    ]
    return .group(values.compactMap(\.self).map { ($0.rawValue, $1) })
  }

  private var identities: Outline {
    let values: [(IdentitiesKey, Outline)?] = [
      htpasswd.map { (.htpasswd, .value($0)) },
      tokens.map { (.tokens, .value($0)) },
      clientCertificates.map { (.clientCertificates, $0.outline) },
      issuers.isEmpty ? nil : (.jwt, .list(issuers.map(\.outline))),
    ]
    return .group(values.compactMap(\.self).map { ($0.rawValue, $1) })
  }
}

extension ClientCertificateSettings {
  fileprivate var outline: Outline {
    let values: [(CertificatesKey, Outline)?] = [
      (.authority, .value(authority)), (.identity, .value(identity.rawValue)), denied.map { (.denied, .value($0)) },
    ]
    return .group(values.compactMap(\.self).map { ($0.rawValue, $1) })
  }
}

extension IssuerSettings {
  fileprivate var outline: Outline {
    let claims = require.sorted { $0.key < $1.key }.map { ($0.key, Outline.value($0.value)) }
    let values: [(IssuerKey, Outline)?] = [
      (.issuer, .value(issuer)), (.audience, .value(audience)), (.require, .group(claims)),
      (.as, .value(subject.description)), keys.map { (.keys, .value($0)) },
    ]
    return .group(values.compactMap(\.self).map { ($0.rawValue, $1) })
  }
}

extension Rule {
  fileprivate var outline: Outline {
    let words = Actions.words.filter { allowed.contains($0.action) }.map { Outline.value($0.word) }
    let values: [(RuleKey, Outline)?] = [
      (.who, who.outline), (.repositories, .list(repositories.map { .value($0.description) })), (.allow, .list(words)),
      from.map { (.from, $0.outline) },
    ]
    return .group(values.compactMap(\.self).map { ($0.rawValue, $1) })
  }
}

extension [Who] {
  /// As a list of names.
  var outline: Outline { .list(map { .value($0.description) }) }
}

extension [OriginPattern] {
  /// As a list of networks.
  var outline: Outline { .list(map { .value($0.description) }) }
}
