import Access

extension AccessRules {
  /// Lays the section `identities` over nobody, and notes who there can be.
  mutating func apply(_ section: Section<IdentitiesKey>, _ known: inout KnownSubjects) {
    if let field = section[.htpasswd], let path = field.file("the password file") {
      htpasswd = path
      known.hasUsers = true
      known.users = field.contents(\.passwords, path)
    }
    if let field = section[.tokens], let path = field.file("the token file") {
      tokens = path
      known.hasTokens = true
      known.tokens = field.contents(\.tokens, path)
      field.warnAboutLostTokens(known)
    }
    if let field = section[.clientCertificates] {
      clientCertificates = field.clientCertificateSettings()
      known.hasCertificates = clientCertificates != nil
    }
    if let field = section[.jwt] {
      issuers = field.list(of: "issuers, each with issuer, audience, require and as") { $0.issuerSettings() } ?? []
      refuseSharedPrefixes(field)
      known.prefixes = Set(issuers.map(\.subject.prefix))
    }
  }

  /// Two issuers with one prefix could each name those of the other.
  private func refuseSharedPrefixes(_ field: Field) {
    guard issuers.count == field.elements.count else { return }
    for (index, issuer) in issuers.enumerated() {
      let element = field.elements[index]
      if let first = issuers[..<index].firstIndex(where: {
        $0.issuer == issuer.issuer && $0.audience == issuer.audience
      }) {
        element.refuse("has issuer and audience of jwt[\(first)]: put what both should take into one entry")
      }
      if let first = issuers[..<index].firstIndex(where: { $0.subject.prefix == issuer.subject.prefix }) {
        element.refuse(
          "as begins with '\(issuer.subject.prefix)' like jwt[\(first)]: each issuer needs a prefix of its own, so that none "
            + "can name those of another"
        )
      }
    }
  }
}

extension Field {
  /// What a file that identities are made of holds; nil if it is wrong, which is said here, or was not looked into.
  fileprivate func contents<Value>(
    _ reading: KeyPath<FileContents, @Sendable (String) -> Result<Value?, AccessFileError>>,
    _ path: String
  ) -> Value? {
    switch context.contents[keyPath: reading](path) {
    case .success(let value): return value
    case .failure(let error):
      refuse("cannot use \(quoted(error.path, limit: 4_096)): \(error.reason)")
      return nil
    }
  }

  fileprivate func warnAboutLostTokens(_ known: KnownSubjects) {
    guard let users = known.users ?? (known.hasUsers ? nil : .empty), let tokens = known.tokens else { return }
    for entry in tokens.all.sorted(by: { $0.id < $1.id })
    where entry.subject.isBare && users.hash(of: entry.subject) == nil {
      warn(
        "token \(quoted(entry.id)) stands for \(quoted(entry.subject.description)), who is no user: nobody can use it"
      )
    }
  }

  fileprivate func clientCertificateSettings() -> ClientCertificateSettings? {
    guard let section = section(CertificatesKey.self) else { return nil }
    guard let field = section[.authority] else {
      section.lacks("the key 'authority': the PEM file of those whose certificates count")
      return nil
    }
    guard let path = field.file("the authorities' certificates") else { return nil }
    field.checkAuthorities(path)
    var settings = ClientCertificateSettings(authority: path)
    settings.identity = section[.identity]?.choice(of: CertificateRule.NameSource.self) ?? settings.identity
    if let denied = section[.denied], let path = denied.file("the list of denied certificates") {
      settings.denied = path
      _ = denied.contents(\.deniedCertificates, path)
    }
    return settings
  }

  fileprivate func issuerSettings() -> IssuerSettings? {
    guard let section = section(IssuerKey.self) else { return nil }
    for key in [IssuerKey.issuer, .audience, .as] where section[key] == nil {
      section.lacks("the key '\(key.rawValue)'")
    }
    let issuer = section[.issuer]?.issuer(hasKeys: section[.keys] != nil)
    let audience = section[.audience]?.word(expected: "a name of this Berth, such as berth.example")
    let require = section[.require]?.requiredClaims()
    if section[.require] == nil {
      section.lacks(
        "the key 'require': anyone can get a token of such an issuer; name at least one claim with its value, such as "
          + "repository_owner_id: \"1234567\""
      )
    }
    let subject = section[.as]?.subjectTemplate()
    let keys = section[.keys]?.file("the issuer's keys")
    if let field = section[.keys], let keys { _ = field.contents(\.issuerKeys, keys) }
    guard let issuer, let audience, let require, let subject else { return nil }
    return IssuerSettings(issuer: issuer, audience: audience, require: require, subject: subject, keys: keys)
  }

  /// To the letter: a slash more at its end is another issuer.
  private func issuer(hasKeys: Bool) -> String? {
    let expected = "what stands in iss, such as https://token.actions.githubusercontent.com"
    guard let text = word(expected: expected) else { return nil }
    guard hasKeys || text.hasPrefix("https://") else {
      refuse("keys can be fetched from an https:// URL only: name a file with them as keys:, found \(quoted(text))")
      return nil
    }
    return text
  }

  private func requiredClaims() -> [String: String]? {
    var claims: [String: String] = [:]
    let entries = entries(expected: "claims, each with its value")
    for entry in entries ?? [] {
      claims[entry.key] = field(entry).word(expected: "the claim's value", maxBytes: 1_024)
    }
    guard let entries else { return nil }
    if entries.isEmpty {
      refuse("expected at least one claim with its value: anyone can get a token of such an issuer")
    }
    return claims.count == entries.count && !claims.isEmpty ? claims : nil
  }

  private func subjectTemplate() -> SubjectTemplate? {
    value(expected: "a template such as ci:{repository}") { text throws(InvalidValue) in
      do throws(SubjectTemplate.Problem) { return try SubjectTemplate(parsing: text) } catch {
        throw InvalidValue("\(quoted(text)) \(error)")
      }
    }
  }

  private func word(expected: String, maxBytes: Int = 512) -> String? {
    value(expected: expected) { text throws(InvalidValue) in
      guard (1...maxBytes).contains(text.utf8.count),
        !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
      else { throw InvalidValue(expected: expected, found: text) }
      return text
    }
  }
}
