import OCI
import Upstream

extension Field {
  /// A credential and the repositories that it is for.
  func credential() -> CredentialRule? {
    guard let section = section(CredentialKey.self) else { return nil }
    let patterns = section[.repositories]?.list(of: "repository patterns") { $0.repositoryPattern() } ?? []
    var rule = section.credentialSource().map { CredentialRule($0, repositories: patterns) }
    if let lifetime = section.helperLifetime() { rule?.helperLifetime = lifetime }
    return rule
  }
}

extension Section<CredentialKey> {
  /// How long a helper's answer is used; nothing else has a lifetime.
  fileprivate func helperLifetime() -> Duration? {
    guard let field = self[.helperLifetime] else { return nil }
    if self[.helper] == nil, self[.dockerConfig] == nil {
      field.refuse("is for what a credential helper answers: write helper or dockerConfig beside it, or leave it out")
    }
    return field.duration()
  }

  fileprivate func credentialSource() -> CredentialSource? {
    if let dockerConfig = self[.dockerConfig] {
      for key in [CredentialKey.username, .password, .passwordFile, .helper] {
        self[key]?.refuse("a docker configuration has its own user names and passwords: leave one of the two out")
      }
      return dockerConfig.dockerConfiguration().map { .dockerConfig(path: $0) }
    }
    if let helper = self[.helper] {
      for key in [CredentialKey.username, .password, .passwordFile] {
        self[key]?.refuse("a credential helper has its own user names and passwords: leave one of the two out")
      }
      return helper.helperName().map { .helper($0) }
    }
    guard let nameField = self[.username] else {
      lacks("a user: write username and passwordFile, username and password, dockerConfig, or helper")
      return nil
    }
    let username = nameField.username()
    switch (self[.password], self[.passwordFile]) {
    case (let password?, nil):
      return username.flatMap { name in password.secret().map { .basic(username: name, password: $0) } }
    case (nil, let file?):
      let path = file.passwordFile()
      return username.flatMap { name in path.map { .passwordFile(username: name, path: $0) } }
    case (nil, nil):
      lacks("a password: write passwordFile (a path) or password")
    case (_?, let file?):
      file.refuse("stands beside password: leave one of the two out")
    }
    return nil
  }
}

extension Field {
  /// The path of a docker `config.json`.
  fileprivate func dockerConfiguration() -> String? {
    guard let path = file("the docker configuration") else { return nil }
    if let complaint = context.contents.dockerConfiguration(path) { refuse("cannot use \(complaint)") }
    return path
  }

  /// The path of a file that holds a password.
  fileprivate func passwordFile() -> String? {
    guard let path = file("the password file") else { return nil }
    if let complaint = context.contents.passwordFile(path) { refuse("cannot use \(complaint)") }
    if context.contents.isWorldReadable(path) {
      warn("everybody on this machine can read the password in \(quoted(path, limit: 4_096)): chmod the file to 600")
    }
    return path
  }

  /// The name of a program `docker-credential-NAME`.
  fileprivate func helperName() -> CredentialHelperName? {
    let expected = "the name of a credential helper such as ecr-login, for the program docker-credential-ecr-login"
    let name = value(expected: expected) { text throws(InvalidValue) in
      guard let name = CredentialHelperName(parsing: text) else { throw InvalidValue(expected: expected, found: text) }
      return name
    }
    if let name, !context.contents.hasHelper(name) {
      warnOfDefect("\(name.program) is in no directory of PATH: install it, or correct the helper's name")
    }
    return name
  }

  /// RFC 7617 §2: a user name with a colon cannot be told from its password.
  fileprivate func username() -> String? {
    value(expected: "a user name") { text throws(InvalidValue) in
      guard !text.isEmpty, !text.contains(":") else {
        throw InvalidValue(expected: "a user name without a colon", found: text)
      }
      return text
    }
  }

  /// A password that stands in the file. No message shows it.
  fileprivate func secret() -> Secret? {
    guard case .scalar(let text, _) = node.content, !text.isEmpty else {
      if case .refused = node.content { return nil }
      refuse("expected a password")
      return nil
    }
    if context.isWorldReadable {
      warn("everybody on this machine can read this password: use passwordFile, or chmod the file to 600")
    }
    return Secret(text)
  }
}
